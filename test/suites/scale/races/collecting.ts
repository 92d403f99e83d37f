import { type Storage } from '../../../../src/storage/ports/storage.js';
import { ask } from '../servers/databases.js';

/** Nothing is kept because it is young, so that only the rules of the collector protect what is needed. */
const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: 3_600_000 };

/** Collects again and again. Resolves to how many things went. */
export async function collectUntil(storage: Storage, isOver: () => boolean): Promise<number> {
  let gone = 0;
  while (!isOver()) {
    const pass = storage.collector?.collect(RULES);
    while (pass !== undefined && (await pass.next()).done !== true) gone++;
  }
  return gone;
}

/**
 * What must not be: one statement decides by the state before it waited for a lock, and so removes what was published meanwhile. The
 * collector locks first, and looks in the next statement.
 */
const UNSAFE = `
  DELETE FROM blob_links l
  WHERE NOT EXISTS (
    SELECT FROM manifest_names n
    WHERE n.repo = l.repo AND n.child = (SELECT b.digest FROM blobs b WHERE b.id = l.blob)
  )`;

/** Removes links by the unsafe statement again and again. It also locks in no order, so that some of its runs are deadlocks. */
export async function collectUnsafely(url: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await ask(url, UNSAFE).catch((error: unknown) => {
      if (!String(error).includes('deadlock')) throw error;
    });
  }
}
