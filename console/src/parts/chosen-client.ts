import { useSyncExternalStore } from 'react';

const KEY = 'berth-client';

const listeners = new Set<() => void>();
let chosen: string | undefined;

/** Reads the choice once, because each row of a list shows it. */
function current(): string {
  return (chosen ??= stored() ?? 'docker');
}

function stored(): string | undefined {
  try {
    // The quotation marks are those of JSON.
    return localStorage.getItem(KEY)?.replaceAll('"', '');
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
    return undefined;
  }
}

function choose(client: string): void {
  chosen = client;
  try {
    localStorage.setItem(KEY, JSON.stringify(client));
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener('storage', ({ key }) => {
  if (key !== KEY) return;
  chosen = undefined;
  for (const listener of listeners) listener();
});

/** Returns the image client that the person uses, and a function that changes it for all pages and tabs. */
export function useChosenClient(): readonly [string, (client: string) => void] {
  return [useSyncExternalStore(subscribe, current), choose];
}
