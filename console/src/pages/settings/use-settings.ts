import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer, type Answer } from '../../api/queries.js';

type Settings = components['schemas']['Settings'];

/** Asks for all settings. */
export function useSettings(): Answer<Settings> {
  return useAnswer(['settings'], (signal) => dataOf(api.GET('/api/v1/settings', { signal })));
}
