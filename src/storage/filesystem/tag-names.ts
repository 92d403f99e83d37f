import { LRUCache } from 'lru-cache';

import { byteOrder } from '../../domain/byte-order.js';
import { type Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { versionOf } from './disk/confirmed-cache.js';
import { yieldEvery, nextTurn } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { allNames, listNames } from './disk/list-names.js';
import { decodeTag } from './names.js';

/** The size of the cache in bytes, for the tags of all repositories. */
const MAX_CACHED_BYTES = 48 * 1024 ** 2;

/** How many bytes a cached tag takes besides its name: two references and the overhead of a string. */
const BYTES_PER_TAG = 60;

/** The algorithms of the manifests in most repositories. A look at the directory of another one costs each page a stat. */
const USUAL_ALGORITHMS: readonly DigestAlgorithm[] = ['sha256'];

/** The tags of a repository with more than this many are read and sorted in steps. */
const MANY = 10_000;

/** The tags of a repository, and which of them have an existing manifest. */
interface Listing {
  /** The version of the directory. `undefined` if a later change could go unnoticed: then the names must be read again. */
  readonly tagsVersion: string | undefined;
  readonly names: readonly TagName[];
  /** The algorithms of the manifests that tags were found to have. Other manifests may come and go. */
  readonly algorithms: Set<DigestAlgorithm>;
  manifestsVersion: string;
  verified: VerifiedTags;
}

/** The tags that were found to have a manifest, since the last change of manifests. */
export class VerifiedTags {
  private readonly tags = new Set<TagName>();

  /** @param algorithms gets the algorithm of each manifest */
  constructor(private readonly algorithms: Set<DigestAlgorithm>) {}

  has(tag: TagName): boolean {
    return this.tags.has(tag);
  }

  /**
   * Adds a tag that has this manifest. After the first manifest by another algorithm the next page verifies all tags again, because
   * changes of such manifests are noticed only from then on.
   */
  add(tag: TagName, { algorithm }: Digest): void {
    this.tags.add(tag);
    this.algorithms.add(algorithm);
  }
}

/**
 * Caches the sorted tags of repositories until a stat shows that something was tagged, pushed or removed. A tag is listed only if
 * its manifest exists, which is checked once, and again after the manifests have changed.
 */
export class TagNames {
  private readonly listings: LRUCache<RepositoryName, Listing>;

  constructor(
    private readonly layout: Layout,
    maxCachedBytes = MAX_CACHED_BYTES,
  ) {
    this.listings = new LRUCache({
      maxSize: maxCachedBytes,
      // The cache refuses entries above its size. Each page of such a listing would then read the directory again.
      sizeCalculation: ({ names }) => Math.min(bytesOf(names), maxCachedBytes),
    });
  }

  /** Returns the sorted tags, the index of the first one after `after`, and the set of verified tags, to which callers add. */
  async after(repository: RepositoryName, after: string): Promise<TagListing> {
    const listing = await this.listingOf(repository);
    const manifestsVersion = this.manifestsVersion(repository, listing.algorithms);
    if (manifestsVersion === undefined || listing.manifestsVersion !== manifestsVersion) {
      listing.verified = new VerifiedTags(listing.algorithms);
      listing.manifestsVersion = manifestsVersion ?? '';
    }
    return {
      names: listing.names,
      from: indexAfter(listing.names, after),
      verified: listing.verified,
    };
  }

  private async listingOf(repository: RepositoryName): Promise<Listing> {
    const directory = this.layout.tags(repository);
    const { text, stable } = versionOf(directory);
    const known = this.listings.get(repository);
    if (known?.tagsVersion === text) return known;
    const names =
      known !== undefined && known.names.length > MANY
        ? await renewed(known.names, directory)
        : await sortedTags(directory);
    const tagsVersion = stable ? text : undefined;
    const algorithms = new Set(USUAL_ALGORITHMS);
    const verified = new VerifiedTags(algorithms);
    const listing = { tagsVersion, names, algorithms, manifestsVersion: '', verified };
    // Clients can request any number of repositories that do not exist, and must not fill the cache.
    if (names.length === 0) this.listings.delete(repository);
    else this.listings.set(repository, listing);
    return listing;
  }

  /** Returns the version of the manifests by `algorithms`, or `undefined` if they may be changing now. */
  private manifestsVersion(
    repository: RepositoryName,
    algorithms: Iterable<DigestAlgorithm>,
  ): string | undefined {
    const versions = Array.from(algorithms, (algorithm) =>
      versionOf(this.layout.manifestsBy(repository, algorithm)),
    );
    const changing = versions.some(({ text, stable }) => text !== '' && !stable);
    return changing ? undefined : versions.map(({ text }) => text).join(' ');
  }
}

function bytesOf(names: readonly TagName[]): number {
  let bytes = 0;
  for (const name of names) bytes += BYTES_PER_TAG + name.length;
  return bytes;
}

/** Returns all tags in a directory, sorted. */
async function sortedTags(directory: string): Promise<TagName[]> {
  const files = await allNames(directory);
  // Reading a hundred thousand names took some milliseconds, and sorting them takes more.
  await nextTurn();
  // Tags are ASCII, so the default order of texts is the byte order.
  return files
    .map(decodeTag)
    .filter((tag) => tag !== undefined)
    .sort();
}

/** Returns all sorted tags in a directory by updating `known`. This is slower, but its small steps do not delay other requests. */
async function renewed(known: readonly TagName[], directory: string): Promise<TagName[]> {
  const found = new Set<TagName>();
  for await (const file of listNames(directory)) {
    const tag = decodeTag(file);
    if (tag !== undefined) found.add(tag);
  }
  const kept: TagName[] = [];
  for await (const tag of yieldEvery(known)) if (found.delete(tag)) kept.push(tag);
  return found.size === 0 ? kept : [...kept, ...found].sort();
}

/** The sorted names, the index of the first one to list, and the set of verified tags, to which callers add. */
export interface TagListing {
  readonly names: readonly TagName[];
  readonly from: number;
  readonly verified: VerifiedTags;
}

/** Returns the index of the first name after `after`. */
function indexAfter(names: readonly TagName[], after: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byteOrder(names[middle] ?? '', after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
