import { type IncomingMessage } from 'node:http';

const unchallenged = new WeakSet<IncomingMessage>();

/**
 * Treats the client of a request as one without a login, and never asks it for one. docker answers a challenge of its mirror with the
 * password of another registry, so a password in the request is not read either.
 */
export function neverChallenge(request: IncomingMessage): void {
  delete request.headers.authorization;
  unchallenged.add(request);
}

/** Returns whether the client must not be asked for a login. What it may not read does not exist for it. */
export function isUnchallenged(request: IncomingMessage): boolean {
  return unchallenged.has(request);
}
