import { type IncomingMessage } from 'node:http';

const unchallenged = new WeakSet<IncomingMessage>();

/**
 * Makes a request one of a client without a login, which is never asked for one. docker answers a challenge of its mirror with the
 * password of another registry, so a password that comes all the same is not read.
 */
export function neverChallenge(request: IncomingMessage): void {
  delete request.headers.authorization;
  unchallenged.add(request);
}

/** Returns whether the client must not be asked for a login. What it may not have does not exist for it. */
export function isUnchallenged(request: IncomingMessage): boolean {
  return unchallenged.has(request);
}
