import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { Statistics, type ManifestHolder, type RepositoryFigures } from '../../ports/statistics.js';
import { type Storage } from '../../ports/storage.js';
import { Turns } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { type GarbageStore, type TagTarget } from './garbage-store.js';
import { KnownLinks } from './known-links.js';
import { RepositoryTally } from './repository-tally.js';
import { withTag } from './tag-figures.js';

/** What the statistics read. */
export interface StatisticsParts extends Pick<Storage, 'manifests' | 'catalog'> {
  readonly garbage: GarbageStore;
}

/** Reading one tag takes as long as this many items that only are compared. */
const ITEMS_PER_TAG = 20;

/** Counts with the eyes of a collector, which refresh no last-used time. */
export abstract class GarbageStatistics extends Statistics {
  private readonly links = new KnownLinks();

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
    for await (const { digest, pushedAt } of view.tags()) {
      if (present.has(digest)) tally.tags = withTag(tally.tags, pushedAt);
      await turns.afterItems(ITEMS_PER_TAG);
    }
    return tally.totals().figures;
  }

  override async *holders(
    repository: RepositoryName,
    digest: Digest,
  ): AsyncIterable<ManifestHolder> {
    if (!(await this.parts.catalog.has(repository))) return;
    const turns = new Turns();
    for await (const target of this.tags(repository)) {
      if (target.digest.equals(digest)) yield { tag: target.tag };
      await turns.afterItems(ITEMS_PER_TAG);
    }
    yield* this.indexesOf(repository, digest);
  }

  /** Yields the tags, with their records from a cache if there is one. */
  protected tags(repository: RepositoryName): AsyncIterable<Pick<TagTarget, 'tag' | 'digest'>> {
    return this.parts.garbage.of(repository).tags();
  }

  private async *indexesOf(
    repository: RepositoryName,
    wanted: Digest,
  ): AsyncIterable<ManifestHolder> {
    const garbage = this.parts.garbage.of(repository);
    const [turns, text] = [new Turns(), wanted.toString()];
    for await (const digest of this.parts.manifests.digests(repository)) {
      const { entries } = await this.links.of(digest, async () => {
        const bytes = await garbage.peek(digest);
        await turns.afterBytes(bytes?.byteLength ?? 0);
        return bytes;
      });
      if (entries.includes(text)) yield { index: digest };
      await turns.afterItems(2 + entries.length);
    }
  }
}
