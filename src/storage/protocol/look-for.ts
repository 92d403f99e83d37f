/** How often something is looked for that moves between its place and the hands of collectors. */
const ROUNDS = 3;

/** A place where things of one kind are, and the hands of the collectors that may be holding one just now. */
export interface Recoverable<Key, Found> {
  /** What is in its place. */
  live(key: Key): Promise<Found | undefined>;

  /** Puts back, durably, what a collector has set aside. Answers whether one had it. */
  rescue(key: Key): Promise<boolean>;
}

/**
 * Looks for `key` so that a collector at work cannot hide it: in its place, then with each collector, then in its place.
 *
 * What a collector holds is put back. The collectors are asked only on a miss, so what is there costs one look.
 */
export async function lookFor<Key, Found>(
  shelf: Recoverable<Key, Found>,
  key: Key,
): Promise<Found | undefined> {
  for (let round = 1; ; round++) {
    const before = await shelf.live(key);
    if (before !== undefined) return before;
    const rescued = await shelf.rescue(key);
    const after = await shelf.live(key);
    // Rescued, and gone again: another collector took it in between, and has to be asked too.
    if (after !== undefined || !rescued || round === ROUNDS) return after;
  }
}
