import { type Digest } from '../../../domain/digest.js';
import { EMPTY, FIRST_SLOTS, keyOf, MAX_LOAD, slotOf, type DigestKey } from './digest-slots.js';

/**
 * A set of millions of digests in little memory: it stores 48 bits of each, in a table of 8 bytes per slot. `has` may return true
 * for a digest that was never added: a collector that asks whether to keep something keeps too much. It must not ask whether to leave
 * something out.
 */
export class DigestSet {
  private slots = new Float64Array(FIRST_SLOTS);
  private used = 0;

  get size(): number {
    return this.used;
  }

  add(digest: Digest): void {
    this.addKey(keyOf(digest));
  }

  addKey(key: DigestKey): void {
    if (!put(this.slots, key)) return;
    this.used++;
    if (this.used < this.slots.length * MAX_LOAD) return;
    const larger = new Float64Array(this.slots.length * 2);
    for (const each of this.slots) if (each !== EMPTY) put(larger, each);
    this.slots = larger;
  }

  addAll(digests: Iterable<Digest>): void {
    for (const digest of digests) this.add(digest);
  }

  has(digest: Digest): boolean {
    return this.hasKey(keyOf(digest));
  }

  hasKey(key: DigestKey): boolean {
    return this.slots[slotOf(this.slots, key)] === key;
  }
}

/** Writes `key` to its slot. Returns false if it was already there. */
function put(slots: Float64Array, key: number): boolean {
  const slot = slotOf(slots, key);
  if (slots[slot] === key) return false;
  slots[slot] = key;
  return true;
}
