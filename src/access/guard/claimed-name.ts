import { type IncomingMessage } from 'node:http';

const claimed = new WeakMap<IncomingMessage, string>();

/** Records the name that a client claims in the body, for requests without an `Authorization` header. */
export function claimName(request: IncomingMessage, name: string): void {
  claimed.set(request, name);
}

/** Returns the recorded name, which may be unverified. */
export function claimedName(request: IncomingMessage): string | undefined {
  return claimed.get(request);
}
