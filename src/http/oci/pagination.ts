/** Returns the `Link` header to the next page, RFC 8288. Parameters that are `undefined` are left out. */
export function linkToNext(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): { Link: string } {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return { Link: `<${path}?${query.toString()}>; rel="next"` };
}
