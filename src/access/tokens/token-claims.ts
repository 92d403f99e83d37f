import { type RepositoryScope } from './scope.js';
import { type TokenSubject } from '../identity/subject.js';

/** The service in challenges, and the issuer and audience of the tokens. */
export const SERVICE = 'berth';

/** How long a token is valid, in seconds. The specification requires at least 60. */
export const ACCESS_TOKEN_SECONDS = 300;

/** How long a refresh token is valid, in seconds. */
export const REFRESH_TOKEN_SECONDS = 90 * 86_400;

/** The claims of a token signed by this registry. */
export interface TokenClaims {
  readonly use: 'access' | 'refresh';
  readonly subject: TokenSubject;
  readonly scopes: readonly RepositoryScope[];
  /** Whether the token is valid for the API below `/api`, with all rights that its owner has there. */
  readonly api: boolean;
}
