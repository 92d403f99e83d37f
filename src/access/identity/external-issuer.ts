import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';

import { type GroupRule } from '../../config/group-rules.js';
import { type TokenSubject } from './subject.js';

/** Another issuer whose tokens log in: a CI system's, or a company's. */
export interface ExternalIssuerOptions {
  /** Its URL, as the claim `iss` has it; its keys are found by OpenID Connect Discovery below it. */
  readonly issuer: string;
  /** What the claim `aud` must have. */
  readonly audience: string;
  /** The claim that is the caller's name. */
  readonly nameClaim: string;
  readonly groups: readonly GroupRule[];
}

/** Signatures with a public key: with another kind the issuer's public keys could be taken for secrets. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** After a failure the issuer is not asked, and the failure not logged, for this time. In milliseconds. */
const PAUSE_MS = 10_000;

/** Checks the tokens of one external issuer (OpenID Connect Core 1.0, OpenID Connect Discovery 1.0). */
export class ExternalIssuer {
  private keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  private readonly said = new Set<string>();

  constructor(
    private readonly options: ExternalIssuerOptions,
    private readonly warn: (message: string) => void,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /** Whether `token` says that it is this issuer's. Nothing is checked. */
  issued(token: string): boolean {
    const { issuer } = this.options;
    const named = issuerOf(token);
    if (named === undefined) return false;
    if (named !== issuer && withoutSlash(named) === withoutSlash(issuer)) {
      this.complain(
        `tokens are refused: their issuer is ${named}, and REGISTRY_OIDC_ISSUER ${issuer}`,
      );
    }
    return named === issuer;
  }

  /** Whom the issuer vouches for, or `undefined` when it does not, or cannot be asked for its keys. */
  async verify(token: string): Promise<Extract<TokenSubject, { kind: 'external' }> | undefined> {
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(token, await this.keySet(), {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp'],
        clockTolerance: 30,
      });
      return this.subjectOf(payload);
    } catch (error) {
      this.explain(error);
      return undefined;
    }
  }

  /** Invalid tokens are not logged, except validly signed ones with wrong claims: those suggest a wrong setting. */
  private explain(error: unknown): void {
    const { issuer } = this.options;
    if (error instanceof errors.JWTClaimValidationFailed) {
      this.complain(`a token of ${issuer} is refused: ${error.message}`);
    } else if (!(error instanceof errors.JOSEError) || OF_THE_KEYS.has(error.code)) {
      this.complain(`the keys of ${issuer} cannot be had: ${reasonOf(error)}`);
    }
  }

  private complain(sentence: string): void {
    if (this.said.has(sentence)) return;
    this.said.add(sentence);
    setTimeout(() => this.said.delete(sentence), this.pauseMs).unref();
    this.warn(sentence);
  }

  private subjectOf(payload: JWTPayload): Extract<TokenSubject, { kind: 'external' }> | undefined {
    const { issuer, nameClaim } = this.options;
    const name = payload[nameClaim];
    if (typeof name !== 'string' || name === '') {
      this.complain(`a token of ${issuer} is refused: its claim ${nameClaim} is no name`);
      return undefined;
    }
    const groups = this.options.groups.flatMap((rule) => groupsBy(rule, payload));
    // Not to be taken for a user of the same name.
    return { kind: 'external', name: `oidc:${name}`, groups, until: (payload.exp ?? 0) * 1_000 };
  }

  private keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.keys ??= discover(this.options.issuer).catch((error: unknown) => {
      setTimeout(() => (this.keys = undefined), this.pauseMs).unref();
      throw error;
    });
    return this.keys;
  }
}

/** jose's codes for an invalid response, missing keys, or a timeout. */
const OF_THE_KEYS = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT']);

function issuerOf(token: string): string | undefined {
  try {
    const { iss }: { iss?: unknown } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    return undefined;
  }
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

/** With the cause, where `fetch` tells what is wrong. Not by `instanceof`: test runners give modules a global Error of their own. */
function reasonOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: unknown };
  const { message } = Object(cause) as { message?: unknown };
  return typeof message === 'string' ? `${String(error)} (${message})` : String(error);
}

async function discover(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const url = `${withoutSlash(issuer)}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const { jwks_uri: keys, issuer: named } = Object(await response.json()) as Record<
    string,
    unknown
  >;
  if (named !== issuer) throw new Error(`${url} is of the issuer ${String(named)}`);
  return createRemoteJWKSet(new URL(String(keys)));
}

function groupsBy({ claim, value, group }: GroupRule, payload: JWTPayload): string[] {
  const found: unknown = payload[claim];
  const values = (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'string');
  if (value === undefined) return values;
  return values.includes(value) ? [group] : [];
}
