import { type IncomingMessage } from 'node:http';

const claimed = new WeakMap<IncomingMessage, string>();

/** Keeps whom `request` says to be from, where its `Authorization` header does not say so. */
export function claimName(request: IncomingMessage, name: string): void {
  claimed.set(request, name);
}

/** What was kept of `request`, verified or not. */
export function claimedName(request: IncomingMessage): string | undefined {
  return claimed.get(request);
}
