/** How many times `lookFor` tries to find an entry that collectors keep moving. */
const ROUNDS = 3;

/** Entries of one kind, some of which collectors may have set aside. */
export interface Recoverable<Key, Found> {
  /** Resolves to the entry if it is in its place. */
  live(key: Key): Promise<Found | undefined>;

  /** Restores the entry durably if a collector has set it aside. Resolves to whether one had. */
  rescue(key: Key): Promise<boolean>;
}

/** Finds an entry while collectors move it. If it is not in its place, it is restored from the entries set aside. */
export async function lookFor<Key, Found>(
  shelf: Recoverable<Key, Found>,
  key: Key,
): Promise<Found | undefined> {
  for (let round = 1; ; round++) {
    const before = await shelf.live(key);
    if (before !== undefined) return before;
    const rescued = await shelf.rescue(key);
    const after = await shelf.live(key);
    // The entry was restored and is missing again: another collector has set it aside meanwhile.
    if (after !== undefined || !rescued || round === ROUNDS) return after;
  }
}

/** Entries that clients delete in two steps: one that is set aside first may still be restored. */
export interface Deletable<Key, Found> extends Recoverable<Key, Found> {
  /** Resolves to an entry that a deletion has set aside and not yet deleted. */
  peek(key: Key): Promise<Found | undefined>;
}

/** Finds an entry as `lookFor` does, and also one that a deletion has set aside. */
export async function lookForUndeleted<Key, Found>(
  shelf: Deletable<Key, Found>,
  key: Key,
): Promise<Found | undefined> {
  // The last look finds an entry that its deletion restored just before the peek.
  return (await lookFor(shelf, key)) ?? (await shelf.peek(key)) ?? shelf.live(key);
}
