import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';

import { type Subject } from './subject.js';

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

/** The group of whoever's claim is `value`; without a value, each value of the claim is a group. */
export interface GroupRule {
  readonly claim: string;
  readonly value?: string;
  readonly group?: string;
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

/** Checks the tokens of one external issuer (OpenID Connect Core 1.0, OpenID Connect Discovery 1.0). */
export class ExternalIssuer {
  private keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  constructor(
    private readonly options: ExternalIssuerOptions,
    private readonly warn: (message: string) => void,
  ) {}

  /** Whether `token` says that it is this issuer's. Nothing is checked. */
  issued(token: string): boolean {
    try {
      return decodeJwt(token).iss === this.options.issuer;
    } catch {
      return false;
    }
  }

  /** Whom the issuer vouches for, or `undefined` when it does not, or cannot be asked for its keys. */
  async verify(token: string): Promise<Extract<Subject, { kind: 'external' }> | undefined> {
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
      // What is wrong with the token is the client's fault; that the keys cannot be had is somebody else's.
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) {
        this.warn(`the keys of ${issuer} cannot be had: ${String(error)}`);
      }
      return undefined;
    }
  }

  private subjectOf(payload: JWTPayload): Extract<Subject, { kind: 'external' }> | undefined {
    const name = payload[this.options.nameClaim];
    if (typeof name !== 'string' || name === '') return undefined;
    const groups = this.options.groups.flatMap((rule) => groupsBy(rule, payload));
    // Not to be taken for a user of the same name.
    return { kind: 'external', name: `oidc:${name}`, groups, until: (payload.exp ?? 0) * 1_000 };
  }

  private keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.keys ??= discover(this.options.issuer).catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }
}

async function discover(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
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
  return values.includes(value) ? [group ?? value] : [];
}
