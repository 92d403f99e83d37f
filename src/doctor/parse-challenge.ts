/** The challenge of a 401. */
export interface ParsedChallenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string | undefined;
}

const PARAMETER = /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/**
 * Parses `WWW-Authenticate`. Returns `undefined` for a challenge that no registry client
 * understands.
 *
 * @see RFC 9110, section 11.6.1
 */
export function parseChallenge(header: string | undefined): ParsedChallenge | undefined {
  const [, scheme = '', rest = ''] = /^\s*(basic|bearer)\s+(.*)$/is.exec(header ?? '') ?? [];
  if (scheme === '') return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, token] of rest.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
  }
  return {
    scheme: scheme.toLowerCase() as 'basic' | 'bearer',
    realm: parameters.get('realm') ?? '',
    service: parameters.get('service'),
  };
}
