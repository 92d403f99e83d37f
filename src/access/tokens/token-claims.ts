import { type RepositoryScope } from './scope.js';
import { type Subject } from '../identity/subject.js';

/** What the challenge calls the service, and whom its tokens are for. */
export const SERVICE = 'berth';

/** A token is good for so long, in seconds. The specification asks for 60 at least. */
export const ACCESS_TOKEN_SECONDS = 300;

/** A client that was given a refresh token logs in again after so long, in seconds. */
export const REFRESH_TOKEN_SECONDS = 90 * 86_400;

/** What a token that this registry signed says. */
export interface TokenClaims {
  readonly use: 'access' | 'refresh';
  readonly subject: Subject;
  readonly scopes: readonly RepositoryScope[];
}
