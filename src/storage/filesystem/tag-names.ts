import { LRUCache } from 'lru-cache';

import { byteOrder } from '../../domain/byte-order.js';
import { DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { versionOf } from './disk/confirmed-cache.js';
import { yieldEvery, nextTurn } from './disk/yield-every.js';
import { type Layout } from './layout.js';
import { allNames, listNames } from './disk/list-names.js';
import { decodeTag } from './names.js';

/** How many bytes of tags are cached, over all repositories. */
const MAX_CACHED_BYTES = 48 * 1024 ** 2;

/** How many bytes a tag takes besides its name: two references and the overhead of a string. */
const BYTES_PER_TAG = 60;

/** So many tags of one repository are not read and sorted in one go. */
const MANY = 10_000;

/** The tags of a repository, and which of them were found to lead to a manifest. */
interface Listing {
  /** How the directory looked; `undefined` while another change might look the same: then it is only where to begin from. */
  readonly tagsSight: string | undefined;
  readonly names: readonly TagName[];
  manifestsSight: string;
  good: Set<TagName>;
}

/**
 * Caches the sorted tags of repositories until a stat shows that something was tagged, pushed or removed.
 *
 * A tag is listed only if its manifest exists. That is checked once for each tag, until a directory of manifests changes.
 */
export class TagNames {
  private readonly listings: LRUCache<RepositoryName, Listing>;

  constructor(
    private readonly layout: Layout,
    maxCachedBytes = MAX_CACHED_BYTES,
  ) {
    this.listings = new LRUCache({
      maxSize: maxCachedBytes,
      // The cache would refuse a larger entry, and each page of such a listing would read the directory again.
      sizeCalculation: ({ names }) => Math.min(bytesOf(names), maxCachedBytes),
    });
  }

  /** The tags behind `after`, each with its word on whether it is known to be good; `setGood` gives that word. */
  async behind(repository: RepositoryName, after: string): Promise<TagListing> {
    const listing = await this.listingOf(repository);
    const manifestsSight = this.manifestsSight(repository);
    if (manifestsSight === undefined || listing.manifestsSight !== manifestsSight) {
      listing.good = new Set();
      listing.manifestsSight = manifestsSight ?? '';
    }
    return { names: listing.names, from: firstBehind(listing.names, after), good: listing.good };
  }

  private async listingOf(repository: RepositoryName): Promise<Listing> {
    const directory = this.layout.tags(repository);
    const { text, settled } = versionOf(directory);
    const known = this.listings.get(repository);
    if (known?.tagsSight === text) return known;
    const names =
      known !== undefined && known.names.length > MANY
        ? await renewed(known.names, directory)
        : await sortedTags(directory);
    const tagsSight = settled ? text : undefined;
    const listing = { tagsSight, names, manifestsSight: '', good: new Set<TagName>() };
    // Clients can ask for any number of repositories that do not exist.
    if (names.length === 0) this.listings.delete(repository);
    else this.listings.set(repository, listing);
    return listing;
  }

  /** `undefined` where a manifest may have come or gone just now. */
  private manifestsSight(repository: RepositoryName): string | undefined {
    const sights = DIGEST_ALGORITHMS.map((algorithm) =>
      versionOf(this.layout.manifestsBy(repository, algorithm)),
    );
    const unsettled = sights.some(({ text, settled }) => text !== '' && !settled);
    return unsettled ? undefined : sights.map(({ text }) => text).join(' ');
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
  // A hundred thousand names took some milliseconds to arrive, and take some more to be sorted.
  await nextTurn();
  // Tags are ASCII, of which the usual order of texts is that of their bytes.
  return files
    .map(decodeTag)
    .filter((tag) => tag !== undefined)
    .sort();
}

/** The same where `known` is what it was: slower, and in small steps, so that nobody waits for a repository that is large. */
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
  readonly good: Set<TagName>;
}

/** The index of the first name behind `after`. */
function firstBehind(names: readonly TagName[], after: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byteOrder(names[middle] ?? '', after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
