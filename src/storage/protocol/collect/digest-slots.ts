import { randomBytes } from 'node:crypto';

import { type Digest } from '../../../domain/digest.js';

/** The first 48 bits of a digest. Two digests rarely have the same ones by chance, but clients can choose digests that do. */
export type DigestKey = number;

/** What a slot without a key has. */
export const EMPTY = 0;

/** A table of keys begins with this size, and is rebuilt at twice the size when it has a higher load. */
export const FIRST_SLOTS = 64;
export const MAX_LOAD = 0.6;

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
