/** The credentials of a request. */
export type Credentials =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'basic'; readonly name: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'unknown' };

/** Parses an `Authorization` header (RFC 7617, RFC 6750). An unreadable one becomes `unknown`, which never logs in. */
export function parseAuthorization(header: string | undefined): Credentials {
  if (header === undefined) return { scheme: 'none' };
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +([\w.~+/-]+=*)$/.exec(header.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return parseBasic(value);
    case 'bearer':
      return { scheme: 'bearer', token: value };
    default:
      return { scheme: 'unknown' };
  }
}

function parseBasic(value: string): Credentials {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return { scheme: 'unknown' };
  const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
  // Some clients send an empty name with an empty password when they have no credentials.
  return name === '' && password === '' ? { scheme: 'none' } : { scheme: 'basic', name, password };
}
