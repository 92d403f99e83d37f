/** How many times `lookFor` tries to find an entry that collectors keep moving. */
const ROUNDS = 3;

/** Entries of one kind, some of which collectors may have set aside. */
export interface Recoverable<Key, Found> {
  /** Resolves to the entry if it is in its place. */
  live(key: Key): Promise<Found | undefined>;

  /** Restores the entry durably if a collector has set it aside. Resolves to whether one had. */
  rescue(key: Key): Promise<boolean>;

  /** Resolves to an entry that a deletion has set aside and may still restore. Absent for entries that are deleted at once. */
  peek?(key: Key): Promise<Found | undefined>;
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
    if (after !== undefined) return after;
    if (!rescued || round === ROUNDS) break;
  }
  if (shelf.peek === undefined) return undefined;
  // The last look is for a deletion that has restored the entry before the peek.
  return (await shelf.peek(key)) ?? shelf.live(key);
}
