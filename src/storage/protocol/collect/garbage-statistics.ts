import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  Statistics,
  type ListedTag,
  type ManifestHolder,
  type RepositoryFigures,
  type SizedTag,
} from '../../ports/statistics.js';
import { type Storage } from '../../ports/storage.js';
import { Turns, yieldEvery } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { keyOf } from './digest-slots.js';
import { type GarbageStore } from './garbage-store.js';
import { KnownLinks } from './known-links.js';
import { KnownSizes } from './known-sizes.js';
import { manifestReader, type ReadManifest } from './manifest-reader.js';
import { type LinkedManifest, type RepositoryListings } from './repository-listings.js';
import { RepositoryTally } from './repository-tally.js';
import { withTag } from './tag-figures.js';

/** What the statistics read. */
export interface StatisticsParts extends Pick<Storage, 'manifests' | 'catalog'> {
  readonly garbage: GarbageStore;
}

/** Reading one tag takes as long as this many items that only are compared. */
export const ITEMS_PER_TAG = 20;

/** Counts with the eyes of a collector, which refresh no last-used time. */
export abstract class GarbageStatistics extends Statistics implements RepositoryListings {
  private readonly known = new KnownLinks();
  private readonly sizes = new KnownSizes();

  constructor(private readonly parts: StatisticsParts) {
    super();
  }

  override async measure(repository: RepositoryName): Promise<RepositoryFigures | undefined> {
    const { garbage, catalog } = this.parts;
    if (!(await catalog.has(repository))) return undefined;
    const view = garbage.of(repository);
    const [tally, present, turns] = [new RepositoryTally(), new DigestSet(), new Turns()];
    for (const kind of ['manifests', 'blobs'] as const) {
      for await (const entry of view.entries(kind)) {
        tally.add(entry);
        if (kind === 'manifests') present.add(entry.digest);
      }
    }
    for await (const target of view.tags()) {
      if (present.has(target.digest)) tally.tags = withTag(tally.tags, target);
      await turns.afterItems(ITEMS_PER_TAG);
    }
    return tally.totals().figures;
  }

  override async *holders(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): AsyncIterable<ManifestHolder> {
    if (!(await this.parts.catalog.has(repository))) return;
    const wanted = new Map(digests.map((digest) => [digest.toString(), digest]));
    for await (const { tag, digest } of this.tags(repository)) {
      const held = wanted.get(digest.toString());
      if (held !== undefined) yield { held, tag };
    }
    for await (const { digest: index, entries } of this.links(repository)) {
      if (entries.length === 0) continue;
      for (const entry of new Set(entries)) {
        const held = wanted.get(entry);
        if (held !== undefined) yield { held, index };
      }
    }
  }

  override async *tags(repository: RepositoryName): AsyncIterable<ListedTag> {
    const turns = new Turns();
    for await (const tag of this.parts.garbage.of(repository).tags()) {
      yield tag;
      await turns.afterItems(ITEMS_PER_TAG);
    }
  }

  override async *sizedTags(repository: RepositoryName): AsyncIterable<SizedTag> {
    if (!(await this.parts.catalog.has(repository))) return;
    const present = new Set<string>();
    for await (const digest of this.parts.manifests.digests(repository)) {
      present.add(digest.toString());
    }
    const read = this.reader(repository);
    for await (const tag of this.tags(repository)) {
      const totalBytes = await this.sizes.of(tag.digest, { present, read });
      if (totalBytes !== undefined) yield { ...tag, totalBytes };
    }
  }

  override async *untagged(repository: RepositoryName): AsyncIterable<Digest> {
    if (!(await this.parts.catalog.has(repository))) return;
    const digests: Digest[] = [];
    const entriesOf = new Map<string, readonly string[]>();
    for await (const { digest, entries } of this.links(repository)) {
      digests.push(digest);
      if (entries.length > 0) entriesOf.set(digest.toString(), entries);
    }
    const tagged = new Set<string>();
    for await (const { digest } of this.tags(repository)) tagged.add(digest.toString());
    // A set yields also what is added to it meanwhile.
    for (const digest of tagged) for (const entry of entriesOf.get(digest) ?? []) tagged.add(entry);
    for await (const digest of yieldEvery(digests)) {
      if (!tagged.has(digest.toString())) yield digest;
    }
  }

  async *links(repository: RepositoryName): AsyncIterable<LinkedManifest> {
    const read = this.reader(repository);
    const turns = new Turns();
    for await (const digest of this.parts.manifests.digests(repository)) {
      const known = await this.known.of(digest, () => read(digest));
      yield { digest, key: keyOf(digest), ...known };
      await turns.afterItems(2 + known.entries.length);
    }
  }

  private reader(repository: RepositoryName): ReadManifest {
    return manifestReader(this.parts.garbage.of(repository));
  }
}
