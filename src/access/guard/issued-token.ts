import { type IncomingMessage } from 'node:http';

import { RequestValue } from '../../http/server/request-value.js';

/** A token that was issued to a request. */
export interface IssuedToken {
  /** The name of its owner, or `undefined` for a client without a login. */
  readonly who: string | undefined;
  /** Its scope, as in challenges. */
  readonly scope: string;
}

const issued = new RequestValue<IssuedToken>('issued token');

/** Records the token that a request got. */
export function recordIssued(request: IncomingMessage, token: IssuedToken): void {
  issued.set(request, token);
}

/** Returns the recorded token, or `undefined` if the request got none. */
export function issuedToken(request: IncomingMessage): IssuedToken | undefined {
  return issued.get(request);
}
