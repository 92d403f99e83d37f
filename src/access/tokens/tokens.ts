import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';

import { ACTIONS } from '../policy/action.js';
import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { type RepositoryScope } from './scope.js';
import { type SigningKeys } from './signing-keys.js';
import { type TokenSubject } from '../identity/subject.js';
import { SERVICE, type TokenClaims } from './token-claims.js';

/** The only algorithm: every process that verifies a token has the secret that signed it. */
const ALGORITHM = 'HS256';

/** How many bytes of verified tokens are cached: some ten thousand tokens of the usual length. */
const MAX_CACHED_BYTES = 16 * 1024 ** 2;

/** The estimated memory of an entry: per character of its token (claims are about as long), and in addition. */
const BYTES_PER_CHARACTER = 2;
const BYTES_PER_TOKEN = 500;

/** How a token's claims say that it is valid for the API. */
const API_ENTRY = { type: 'registry', name: 'api', actions: ['*'] };

interface Verified {
  readonly claims: TokenClaims;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/** Signs and verifies tokens: JSON Web Tokens (RFC 7519) as the distribution project's token specification defines them. */
export class Tokens {
  private readonly verified: LRUCache<string, Verified>;

  constructor(
    private readonly keys: SigningKeys,
    private readonly now: () => number = Date.now,
    maxCachedBytes = MAX_CACHED_BYTES,
  ) {
    this.verified = new LRUCache({
      maxSize: maxCachedBytes,
      sizeCalculation: (_, token) => BYTES_PER_TOKEN + BYTES_PER_CHARACTER * token.length,
    });
  }

  /** Returns a token with `claims` that expires after `seconds`. */
  async sign({ use, subject, scopes, api }: TokenClaims, seconds: number): Promise<string> {
    const { id, secret } = await this.keys.newest();
    const issued = Math.floor(this.now() / 1_000);
    const ofRepositories = scopes.map(({ repository, actions }) => {
      return { type: 'repository', name: repository, actions };
    });
    const access = [...ofRepositories, ...(api ? [API_ENTRY] : [])];
    return new SignJWT({ use, subject, access })
      .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: 'JWT' })
      .setIssuer(SERVICE)
      .setAudience(SERVICE)
      .setIssuedAt(issued)
      .setExpirationTime(issued + seconds)
      .sign(secret);
  }

  /** Returns the claims of `token`, or `undefined` when it has expired or this registry did not sign it for itself. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const known = this.verified.get(token);
    if (known !== undefined && this.now() < known.until) return known.claims;
    this.verified.delete(token);
    const payload = await this.payloadOf(token);
    const claims = payload && claimsOf(payload);
    if (claims) this.verified.set(token, { claims, until: (payload.exp ?? 0) * 1_000 });
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
}

/**
 * Returns the claims written by `sign`. Only their shape is checked, because only a holder of the key can have written them.
 */
function claimsOf({ use, subject, access }: JWTPayload): TokenClaims | undefined {
  if (use !== 'access' && use !== 'refresh') return undefined;
  if (typeof subject !== 'object' || !Array.isArray(access)) return undefined;
  return {
    use,
    subject: subject as TokenSubject,
    scopes: access.flatMap(scopeOf),
    api: access.some(isApiEntry),
  };
}

function isApiEntry(value: unknown): boolean {
  const { type, name } = Object(value) as Record<string, unknown>;
  return type === API_ENTRY.type && name === API_ENTRY.name;
}

function scopeOf(value: unknown): RepositoryScope[] {
  const { type, name, actions } = Object(value) as Record<string, unknown>;
  if (type !== 'repository') return [];
  const repository = tryParseRepositoryName(String(name));
  if (repository === undefined || !Array.isArray(actions)) return [];
  return [{ repository, actions: ACTIONS.filter((action) => actions.includes(action)) }];
}
