import { randomBytes } from 'node:crypto';

import { type Digest } from '../../../domain/digest.js';

/** A table that is fuller than this is rebuilt, twice as large. */
const MAX_LOAD = 0.6;

const FIRST_SLOTS = 64;

/**
 * A set of digests that is small enough for millions: it keeps 48 bits of each, in a table of 8 bytes a slot.
 *
 * So it may report a digest that was never added (for a million digests, once in 280 million questions). A collector then keeps
 * something for longer than necessary; it never deletes too much.
 */
export class DigestSet {
  private slots = new Float64Array(FIRST_SLOTS);
  private used = 0;

  get size(): number {
    return this.used;
  }

  add(digest: Digest): void {
    if (!put(this.slots, keyOf(digest))) return;
    this.used++;
    if (this.used < this.slots.length * MAX_LOAD) return;
    const larger = new Float64Array(this.slots.length * 2);
    for (const key of this.slots) if (key !== EMPTY) put(larger, key);
    this.slots = larger;
  }

  addAll(digests: Iterable<Digest>): void {
    for (const digest of digests) this.add(digest);
  }

  has(digest: Digest): boolean {
    const key = keyOf(digest);
    return this.slots[slotOf(this.slots, key)] === key;
  }
}

const EMPTY = 0;

/** Writes `key` where it belongs; false when it was there. */
function put(slots: Float64Array, key: number): boolean {
  const slot = slotOf(slots, key);
  if (slots[slot] === key) return false;
  slots[slot] = key;
  return true;
}

/** Where `key` is, or the empty slot where it would be. */
function slotOf(slots: Float64Array, key: number): number {
  const last = slots.length - 1;
  let slot = mixed(Math.abs(key)) % slots.length;
  while (slots[slot] !== EMPTY && slots[slot] !== key) slot = slot === last ? 0 : slot + 1;
  return slot;
}

/** Odd, and others in each process. */
const [FIRST, SECOND] = [randomBytes(4), randomBytes(4)].map((bytes) => bytes.readInt32LE() | 1);

/**
 * 32 bits of 48, by numbers that nobody outside knows. A manifest may name layers that need not be there, so clients can choose
 * digests: those that met in one slot would make each step a walk along all of them.
 */
function mixed(bits: number): number {
  const half = Math.imul(Math.floor(bits / 2 ** 24), FIRST ?? 1);
  const whole = Math.imul((bits % 2 ** 24) ^ half ^ (half >>> 15), SECOND ?? 1);
  return (whole ^ (whole >>> 16)) >>> 0;
}

/** Never 0. A sha256 and a sha512 digest differ in the sign. */
function keyOf({ algorithm, hex }: Digest): number {
  const bits = Number.parseInt(hex.slice(0, 12), 16) + 1;
  return algorithm === 'sha256' ? bits : -bits;
}
