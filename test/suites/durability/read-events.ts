import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Finding } from './findings.ts';
import { blobKey, type Ledger } from './ledger.ts';

interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly repository: string;
  readonly data: { readonly digest?: string; readonly tag?: string; readonly push?: string };
}

/** Checks that each acknowledged push has an event, and that no event exists under two ids. */
export function checkEvents(storagePath: string, { images }: Ledger): Finding[] {
  const events = readEvents(join(storagePath, 'events'));
  const pushed = new Set(
    events
      .filter(({ type }) => type === 'manifest.pushed')
      .map(({ repository, data }) => blobKey(repository, data.digest ?? '')),
  );
  const missing = images
    .map(({ repository, manifest }) => blobKey(repository, manifest.digest))
    .filter((key) => !pushed.has(key));
  return [
    ...missing.map((name) => finding('lost', name, 'no event of the push')),
    ...repeated(events).map((name) => finding('failed', name, 'the event has two ids')),
  ];
}

function readEvents(root: string): StoredEvent[] {
  const writers = readdirSync(root).filter((name) => name !== 'cursors');
  const files = writers.flatMap((name) =>
    readdirSync(join(root, name)).map((file) => join(root, name, file)),
  );
  // The last element of each file is empty, or a line that a kill has cut.
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
  return lines.map((line) => JSON.parse(line) as StoredEvent);
}

/** Returns the pushes that have two events of one type for one tag. */
function repeated(events: readonly StoredEvent[]): string[] {
  const ids = new Map<string, string>();
  const found: string[] = [];
  for (const { id, type, data } of events) {
    const key = `${type} ${data.push} ${data.tag ?? ''}`;
    if (data.push === undefined) continue;
    if ((ids.get(key) ?? id) !== id) found.push(key);
    ids.set(key, id);
  }
  return found;
}

function finding(kind: Finding['kind'], name: string, detail: string): Finding {
  return { kind, thing: 'event', name, detail };
}
