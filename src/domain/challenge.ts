/** How a registry wants a client to log in. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  /** Where a token is fetched. */
  readonly realm: string;
  readonly service?: string;
  readonly scope?: string;
  /** Why the login of the request did not suffice. */
  readonly error?: string;
}

/**
 * A scheme at the beginning of a challenge, or a parameter of one.
 *
 * A quoted value is one match, so it hides what it contains. Each match begins after a separator, so a long text takes linear time.
 */
const PART =
  /(?<=^|[\s,])(?:(basic|bearer)(?=[\s,]|$)|([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))/gi;

/**
 * Returns the challenge that a client should respond to, Bearer before Basic. Returns `undefined` without a known one.
 *
 * @see RFC 9110, section 11.6.1
 */
export function readChallenge(
  header: string | readonly string[] | undefined,
): Challenge | undefined {
  const challenges = challengesIn([header ?? ''].flat().join(', '));
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
}

function challengesIn(text: string): Challenge[] {
  const found: { scheme: Challenge['scheme']; parameters: Map<string, string> }[] = [];
  for (const [, scheme, name = '', quoted, token = ''] of text.matchAll(PART)) {
    if (scheme !== undefined) {
      found.push({ scheme: scheme.toLowerCase() as Challenge['scheme'], parameters: new Map() });
    } else {
      const value = quoted?.replace(/\\(.)/g, '$1') ?? token;
      found.at(-1)?.parameters.set(name.toLowerCase(), value);
    }
  }
  return found.map(({ scheme, parameters }) => ({
    scheme,
    realm: parameters.get('realm') ?? '',
    ...optional('service', parameters),
    ...optional('scope', parameters),
    ...optional('error', parameters),
  }));
}

function optional<Name extends string>(
  name: Name,
  parameters: ReadonlyMap<string, string>,
): Partial<Record<Name, string>> {
  const value = parameters.get(name);
  return value === undefined || value === '' ? {} : ({ [name]: value } as Record<Name, string>);
}
