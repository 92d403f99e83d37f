import { type RepositoryFigures } from '../../ports/statistics.js';
import { type StoredEntry, type StoredKind } from './garbage-store.js';
import { LARGEST, largestOf, type SizedBlob } from './largest-blobs.js';
import { type TagFigures } from './tag-figures.js';

const NOTHING = { entries: 0, unique: 0, shared: 0, stored: 0 };

/** What a listing of a repository adds up to. */
export interface TallyTotals {
  readonly figures: RepositoryFigures;
  /** The repository's share of the stored bytes: one Nth of a blob with N claims. */
  readonly stored: number;
  /** Its largest blobs, in no particular order. */
  readonly largest: readonly SizedBlob[];
}

/** Adds up the bytes of a repository's entries while they are listed. */
export class RepositoryTally {
  private readonly byKind = new Map<StoredKind, typeof NOTHING>();
  private largest: SizedBlob[] = [];
  /** The figures of the tags, from the latest look at them. */
  tags: TagFigures = { tags: 0 };

  /** Resets the sums of one kind, because its entries are listed again. */
  begin(kind: StoredKind): void {
    this.byKind.set(kind, NOTHING);
    if (kind === 'blobs') this.largest = [];
  }

  add({ kind, digest, size, claims = 1 }: StoredEntry): void {
    const { entries, unique, shared, stored } = this.byKind.get(kind) ?? NOTHING;
    this.byKind.set(kind, {
      entries: entries + 1,
      unique: claims > 1 ? unique : unique + size,
      shared: claims > 1 ? shared + size : shared,
      stored: stored + size / Math.max(claims, 1),
    });
    if (kind !== 'blobs') return;
    this.largest.push({ digest, size });
    if (this.largest.length >= 4 * LARGEST) this.largest = largestOf(this.largest);
  }

  /** Returns the sums of manifests and blobs. Referrer entries are not counted, because they only copy descriptors. */
  totals(): TallyTotals {
    const manifests = this.byKind.get('manifests') ?? NOTHING;
    const blobs = this.byKind.get('blobs') ?? NOTHING;
    const sum = (of: keyof typeof NOTHING) => manifests[of] + blobs[of];
    const [uniqueBytes, sharedBytes] = [sum('unique'), sum('shared')];
    return {
      figures: {
        ...this.tags,
        manifests: manifests.entries,
        blobs: blobs.entries,
        logicalBytes: uniqueBytes + sharedBytes,
        uniqueBytes,
        sharedBytes,
      },
      stored: sum('stored'),
      largest: largestOf(this.largest),
    };
  }
}
