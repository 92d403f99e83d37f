import { useSyncExternalStore } from 'react';

let isNeeded = false;
const listeners = new Set<() => void>();

function set(needed: boolean): void {
  isNeeded = needed;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the login in place of the page. The address stays, so that the person is back where they were. */
export function askForLogin(): void {
  set(true);
}

/** Shows the page again, after a login. */
export function endLogin(): void {
  set(false);
}

/** Returns whether the registry refused a request for want of a login. */
export function useLoginNeeded(): boolean {
  return useSyncExternalStore(subscribe, () => isNeeded);
}
