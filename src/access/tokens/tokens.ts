import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';

import { ACTIONS } from '../policy/action.js';
import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { type RepositoryScope } from './scope.js';
import { type SigningKeys } from './signing-keys.js';
import { type Subject } from '../identity/subject.js';
import { SERVICE, type TokenClaims } from './token-claims.js';

/** The only algorithm: every process that verifies a token has the secret that signed it. */
const ALGORITHM = 'HS256';

/** How many verified tokens are cached until they expire, and their longest length. Longer ones are verified each time. */
const MAX_REMEMBERED = 10_000;
const MAX_LENGTH = 2_048;

/** Signs tokens and checks them: JSON Web Tokens (RFC 7519) as the distribution project's token specification has them. */
export class Tokens {
  private readonly checked = new Map<string, { claims: TokenClaims; until: number }>();

  constructor(
    private readonly keys: SigningKeys,
    private readonly now: () => number = Date.now,
  ) {}

  /** A token that says `claims` and expires after `seconds`. */
  async sign({ use, subject, scopes }: TokenClaims, seconds: number): Promise<string> {
    const { id, secret } = await this.keys.newest();
    const issued = Math.floor(this.now() / 1_000);
    const access = scopes.map(({ repository, actions }) => {
      return { type: 'repository', name: repository, actions };
    });
    return new SignJWT({ use, subject, access })
      .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: 'JWT' })
      .setIssuer(SERVICE)
      .setAudience(SERVICE)
      .setIssuedAt(issued)
      .setExpirationTime(issued + seconds)
      .sign(secret);
  }

  /** What `token` says, or `undefined` when this registry did not sign it, or not for itself, or when it has expired. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const known = this.checked.get(token);
    if (known !== undefined && this.now() < known.until) return known.claims;
    this.checked.delete(token);
    const payload = await this.payloadOf(token);
    const claims = payload && claimsOf(payload);
    if (claims !== undefined) this.remember(token, claims, (payload?.exp ?? 0) * 1_000);
    return claims;
  }

  private async payloadOf(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, async ({ kid }) => this.secretOf(kid), {
        algorithms: [ALGORITHM],
        issuer: SERVICE,
        audience: SERVICE,
        requiredClaims: ['exp'],
        currentDate: new Date(this.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private async secretOf(id: string | undefined): Promise<Uint8Array> {
    const key = await this.keys.find(id ?? '');
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.secret;
  }

  private remember(token: string, claims: TokenClaims, until: number): void {
    if (token.length > MAX_LENGTH) return;
    if (this.checked.size >= MAX_REMEMBERED) this.checked.clear();
    this.checked.set(token, { claims, until });
  }
}

/** The claims as `sign` wrote them. Only their shape is checked, because the key's owner decides their content. */
function claimsOf({ use, subject, access }: JWTPayload): TokenClaims | undefined {
  if (use !== 'access' && use !== 'refresh') return undefined;
  if (typeof subject !== 'object' || !Array.isArray(access)) return undefined;
  return { use, subject: subject as Subject, scopes: access.flatMap(scopeOf) };
}

function scopeOf(value: unknown): RepositoryScope[] {
  const { name, actions } = Object(value) as Record<string, unknown>;
  const repository = tryParseRepositoryName(String(name));
  if (repository === undefined || !Array.isArray(actions)) return [];
  return [{ repository, actions: ACTIONS.filter((action) => actions.includes(action)) }];
}
