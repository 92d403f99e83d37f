import { type Digest } from '../domain/digest.js';

/**
 * A set of digests that is small enough for a million: it keeps 48 bits of each.
 *
 * So it may claim to have what it has not (for a million digests, once in 280 million questions): a collector then keeps
 * something for longer than it need, and never the other way.
 */
export class DigestSet {
  private readonly keys = new Set<number>();

  get size(): number {
    return this.keys.size;
  }

  add(digest: Digest): void {
    this.keys.add(keyOf(digest));
  }

  addAll(digests: Iterable<Digest>): void {
    for (const digest of digests) this.add(digest);
  }

  has(digest: Digest): boolean {
    return this.keys.has(keyOf(digest));
  }
}

function keyOf({ algorithm, hex }: Digest): number {
  const bits = Number.parseInt(hex.slice(0, 12), 16);
  return algorithm === 'sha256' ? bits : -bits - 1;
}
