import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';

import { type ClaimValue, type GroupRule } from '../../config/group-rules.js';
import { type TokenSubject } from './subject.js';

/** An external issuer whose tokens log in, such as a CI system or a company's login service. */
export interface ExternalIssuerOptions {
  /** The issuer's URL, equal to the claim `iss`. Its keys are found by OpenID Connect Discovery. */
  readonly issuer: string;
  /** The required value of the claim `aud`. */
  readonly audience: string;
  /** The claim that contains the caller's name. */
  readonly nameClaim: string;
  /** The claims that every token must have. */
  readonly require: readonly ClaimValue[];
  readonly groups: readonly GroupRule[];
}

/** Public-key algorithms only. With others, an attacker could sign with the issuer's public key as the secret. */
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

/** After a failure the issuer is not contacted, and the failure not logged, for this time. In milliseconds. */
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

  /** Whether `token` claims to be from this issuer, without any verification. */
  issued(token: string): boolean {
    const { issuer } = this.options;
    const named = issuerOf(token);
    if (named === undefined) return false;
    if (named !== issuer && withoutSlash(named) === withoutSlash(issuer)) {
      this.complain(
        `tokens are refused: their issuer is ${named}, but REGISTRY_OIDC_ISSUER is ${issuer}`,
      );
    }
    return named === issuer;
  }

  /** Resolves to the token's subject, or to `undefined` if the token is invalid or the issuer's keys are not available. */
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
      this.complain(`the keys of ${issuer} cannot be fetched: ${reasonOf(error)}`);
    }
  }

  private complain(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    setTimeout(() => this.said.delete(message), this.pauseMs).unref();
    this.warn(message);
  }

  private subjectOf(payload: JWTPayload): Extract<TokenSubject, { kind: 'external' }> | undefined {
    const { issuer, nameClaim, require } = this.options;
    const missing = require.find((wanted) => !hasClaim(payload, wanted));
    if (missing !== undefined) {
      this.complain(
        `a token of ${issuer} is refused: its claim ${missing.claim} is not ${missing.value}`,
      );
      return undefined;
    }
    const name = payload[nameClaim];
    if (typeof name !== 'string' || name === '') {
      this.complain(`a token of ${issuer} is refused: its claim ${nameClaim} is not a name`);
      return undefined;
    }
    const groups = this.options.groups.flatMap((rule) => groupsBy(rule, payload));
    // The prefix prevents confusion with a local user of the same name.
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

/**
 * Returns the error with its cause, which explains a failed `fetch`. It avoids `instanceof`, because test runners give modules
 * another global Error.
 */
function reasonOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: unknown };
  const { message } = Object(cause) as { message?: unknown };
  return typeof message === 'string' ? `${String(error)} (${message})` : String(error);
}

async function discover(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const url = `${withoutSlash(issuer)}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  const { jwks_uri: keys, issuer: named } = Object(await response.json()) as Record<
    string,
    unknown
  >;
  if (named !== issuer) throw new Error(`${url} names the issuer ${String(named)}`);
  return createRemoteJWKSet(new URL(String(keys)));
}

function groupsBy(rule: GroupRule, payload: JWTPayload): string[] {
  if ('groupsIn' in rule) return valuesOf(payload, rule.groupsIn).filter(isText);
  return rule.all.every((wanted) => hasClaim(payload, wanted)) ? [rule.group] : [];
}

/** Whether the claim has the value, alone or in a list. Numbers and truth values are compared as text. */
function hasClaim(payload: JWTPayload, { claim, value }: ClaimValue): boolean {
  return valuesOf(payload, claim).some(
    (found) =>
      (isText(found) || typeof found === 'number' || typeof found === 'boolean') &&
      String(found) === value,
  );
}

function valuesOf(payload: JWTPayload, claim: string): unknown[] {
  const found: unknown = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  return Array.isArray(found) ? found : [found];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
