import { type IncomingMessage } from 'node:http';

import { RequestValue } from '../../http/server/request-value.js';

const claimed = new RequestValue<string>('claimed name');

/** Records the name that a client claims in the body, for requests without an `Authorization` header. */
export function claimName(request: IncomingMessage, name: string): void {
  claimed.set(request, name);
}

/** Returns the recorded name, which may be unverified. */
export function claimedName(request: IncomingMessage): string | undefined {
  return claimed.get(request);
}
