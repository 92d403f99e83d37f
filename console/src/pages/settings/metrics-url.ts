/** Returns where metrics are served, or `undefined` if they are not. */
export function metricsUrl(
  settings: readonly { readonly variable: string; readonly value: string }[],
): string | undefined {
  const address = settings.find(({ variable }) => variable === 'REGISTRY_METRICS')?.value ?? '';
  return address === '' ? undefined : `http://${address}/metrics`;
}
