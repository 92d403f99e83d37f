import { type RepositoryScope } from './scope.js';
import { type TokenSubject } from '../identity/subject.js';

/** What the challenge calls the service, and whom its tokens are for. */
export const SERVICE = 'berth';

/** How long a token is valid, in seconds. The specification asks for at least 60. */
export const ACCESS_TOKEN_SECONDS = 300;

/** How long a refresh token is valid, in seconds. */
export const REFRESH_TOKEN_SECONDS = 90 * 86_400;

/** What a token that this registry signed says. */
export interface TokenClaims {
  readonly use: 'access' | 'refresh';
  readonly subject: TokenSubject;
  readonly scopes: readonly RepositoryScope[];
}
