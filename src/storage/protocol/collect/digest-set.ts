import { randomBytes } from 'node:crypto';

import { type Digest } from '../../../domain/digest.js';

/** A table with a higher load is rebuilt at twice the size. */
export const MAX_LOAD = 0.6;

export const FIRST_SLOTS = 64;

/** What a `DigestSet` stores of a digest. Two digests have the same key about once in 2^48 times. */
export type DigestKey = number;

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

export const EMPTY = 0;

/** Writes `key` to its slot. Returns false if it was already there. */
function put(slots: Float64Array, key: number): boolean {
  const slot = slotOf(slots, key);
  if (slots[slot] === key) return false;
  slots[slot] = key;
  return true;
}

/** Returns the slot of `key`, or the empty slot where it belongs. */
export function slotOf(slots: Float64Array, key: number): number {
  const last = slots.length - 1;
  // The number of slots is a power of two.
  let slot = mixed(Math.abs(key)) & last;
  while (slots[slot] !== EMPTY && slots[slot] !== key) slot = slot === last ? 0 : slot + 1;
  return slot;
}

/** Random odd factors, different in each process. */
const [FIRST, SECOND] = [randomBytes(4), randomBytes(4)].map((bytes) => bytes.readInt32LE() | 1);

/**
 * Hashes 48 bits to 32 with the secret factors. Without them clients, which can choose digests, could make every lookup walk along
 * digests that share one slot.
 */
function mixed(bits: number): number {
  const high = Math.floor(bits / 2 ** 24);
  const half = Math.imul(high, FIRST ?? 1);
  // Several times as fast as the remainder of a division.
  const low = bits - high * 2 ** 24;
  const whole = Math.imul(low ^ half ^ (half >>> 15), SECOND ?? 1);
  return (whole ^ (whole >>> 16)) >>> 0;
}

/** Returns a key that is never 0. The keys of sha256 and sha512 digests differ in the sign. */
export function keyOf({ algorithm, hex }: Digest): DigestKey {
  const bits = Number.parseInt(hex.slice(0, 12), 16) + 1;
  return algorithm === 'sha256' ? bits : -bits;
}
