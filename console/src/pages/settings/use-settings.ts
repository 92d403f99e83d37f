import { type UseQueryResult } from '@tanstack/react-query';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';

type Settings = components['schemas']['Settings'];

/** Asks for all settings. */
export function useSettings(): UseQueryResult<Settings> {
  return useAnswer(['settings'], (signal) => dataOf(api.GET('/api/v1/settings', { signal })));
}
