import { byteOrder } from '../../domain/byte-order.js';
import { DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { versionOf } from './disk/confirmed-cache.js';
import { yieldEvery, nextTurn } from './disk/yield-every.js';
import { type Layout } from './layout.js';
import { allNames, listNames } from './disk/list-names.js';
import { decodeTag } from './names.js';

/** How many tags are remembered, over all repositories. */
const MAX_REMEMBERED = 500_000;

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
 * The sorted tags of repositories, for as long as stats say that nothing was tagged, pushed or removed.
 *
 * To be listed, a tag must lead to a manifest. That is looked at once for each tag, until a directory of manifests changes.
 */
export class TagNames {
  private readonly listings = new Map<RepositoryName, Listing>();
  private remembered = 0;

  constructor(private readonly layout: Layout) {}

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
    this.forget(repository);
    this.remember(repository, listing);
    return listing;
  }

  private remember(repository: RepositoryName, listing: Listing): void {
    // Anybody can ask for repositories that are not there, without end.
    if (listing.names.length === 0) return;
    this.remembered += listing.names.length;
    if (this.remembered > MAX_REMEMBERED) {
      this.listings.clear();
      this.remembered = listing.names.length;
    }
    this.listings.set(repository, listing);
  }

  private forget(repository: RepositoryName): void {
    this.remembered -= this.listings.get(repository)?.names.length ?? 0;
    this.listings.delete(repository);
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

/** All tags in a directory, sorted. */
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
