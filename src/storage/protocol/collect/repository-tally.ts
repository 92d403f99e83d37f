import { type StoredEntry, type StoredKind } from './garbage-store.js';
import { type RepositoryOutcome } from './repository-collector.js';

const NOTHING = { entries: 0, unique: 0, shared: 0, stored: 0 };

/** Adds up the bytes of a repository's entries while a collector lists them. */
export class RepositoryTally {
  private readonly byKind = new Map<StoredKind, typeof NOTHING>();

  /** Resets the sums of one kind, because its entries are listed again. */
  begin(kind: StoredKind): void {
    this.byKind.set(kind, NOTHING);
  }

  add({ kind, size, claims = 1 }: StoredEntry): void {
    const { entries, unique, shared, stored } = this.byKind.get(kind) ?? NOTHING;
    this.byKind.set(kind, {
      entries: entries + 1,
      unique: claims > 1 ? unique : unique + size,
      shared: claims > 1 ? shared + size : shared,
      stored: stored + size / Math.max(claims, 1),
    });
  }

  /** Returns the sums of manifests and blobs. Referrer entries are not counted, because they only copy descriptors. */
  totals(): Omit<RepositoryOutcome, 'settled'> {
    const manifests = this.byKind.get('manifests') ?? NOTHING;
    const all = [manifests, this.byKind.get('blobs') ?? NOTHING];
    const sum = (of: keyof typeof NOTHING) => all.reduce((total, one) => total + one[of], 0);
    const [unique, shared] = [sum('unique'), sum('shared')];
    return {
      bytes: { logical: unique + shared, unique, shared },
      stored: sum('stored'),
      manifests: manifests.entries,
    };
  }
}
