import { LRUCache } from 'lru-cache';

import { ContentSizes, MAX_READ_MANIFESTS } from '../../../domain/content-sizes.js';
import { type Digest } from '../../../domain/digest.js';
import { tryParseManifest } from '../../../domain/manifest.js';

/** How many bytes of memory the cache takes, and how many each digest and each manifest take. Estimates. */
const MAX_BYTES = 16 * 1024 ** 2;
const BYTES_PER_DIGEST = 100;
const BYTES_PER_MANIFEST = 200;

/** The manifests of one repository. */
export interface RepositoryManifests {
  /** Their digests, as texts. */
  readonly present: ReadonlySet<string>;
  /** Resolves to the bytes of one of them, or to `undefined` if it was removed meanwhile. */
  readonly read: (digest: Digest) => Promise<Uint8Array | undefined>;
}

/** A size, and which manifests it rests on. */
interface KnownSize {
  readonly totalBytes: number;
  /** The manifest and those below it that were counted. */
  readonly counted: readonly string[];
  /** Manifests below it that the repository did not have. */
  readonly missing: readonly string[];
}

/** Caches by digest how many bytes a manifest and all that it names have. */
export class KnownSizes {
  private readonly cache = new LRUCache<string, KnownSize>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ counted, missing }) =>
      BYTES_PER_MANIFEST + (counted.length + missing.length) * BYTES_PER_DIGEST,
  });

  /** Resolves to the size of a manifest with all that it names, in bytes, or to `undefined` if the repository does not have it. */
  async of(digest: Digest, manifests: RepositoryManifests): Promise<number | undefined> {
    const key = digest.toString();
    if (!manifests.present.has(key)) return undefined;
    const known = this.cache.get(key);
    if (known !== undefined && isCurrent(known, manifests)) return known.totalBytes;
    const measured = await new Measurement(manifests).of(digest);
    this.cache.set(key, measured);
    return measured.totalBytes;
  }
}

/** Repositories share manifests, but each has its own choice of those that an index lists. */
function isCurrent({ counted, missing }: KnownSize, { present }: RepositoryManifests): boolean {
  return (
    counted.every((digest) => present.has(digest)) && !missing.some((digest) => present.has(digest))
  );
}

class Measurement {
  private readonly sizes = new ContentSizes();
  private readonly counted: string[] = [];
  private readonly missing: string[] = [];
  private left = MAX_READ_MANIFESTS;

  constructor(private readonly manifests: RepositoryManifests) {}

  async of(digest: Digest): Promise<KnownSize> {
    await this.add(digest);
    const { sizes, counted, missing } = this;
    return { totalBytes: sizes.total, counted, missing };
  }

  private async add(digest: Digest): Promise<void> {
    const { present, read } = this.manifests;
    const key = digest.toString();
    const bytes = present.has(key) ? await read(digest) : undefined;
    (bytes === undefined ? this.missing : this.counted).push(key);
    const manifest = bytes && tryParseManifest(bytes);
    if (manifest === undefined) return;
    this.sizes.addManifest(digest, { size: manifest.bytes.byteLength, ...manifest });
    for (const entry of manifest.manifests) {
      if (this.left-- <= 0) return;
      await this.add(entry.digest);
    }
  }
}
