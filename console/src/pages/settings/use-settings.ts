import { type UseQueryResult } from '@tanstack/react-query';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';

type Settings = components['schemas']['Settings'];

/** Asks for all settings. */
export function useSettings(): UseQueryResult<Settings> {
  return useAnswer(['settings'], (signal) => dataOf(api.GET('/api/v1/settings', { signal })));
}

/** Returns where metrics are served, or `undefined` if they are not. */
export function metricsUrl(
  settings: readonly { readonly variable: string; readonly value: string }[],
): string | undefined {
  const address = settings.find(({ variable }) => variable === 'REGISTRY_METRICS')?.value ?? '';
  return address === '' ? undefined : `http://${address}/metrics`;
}
