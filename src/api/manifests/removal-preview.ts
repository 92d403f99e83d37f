import { type GcSettings } from '../../config/sections/gc.settings.js';
import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { parseTagName, type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { type KnownContent } from '../../inspect/manifests/known-content.js';
import {
  holdersOfAll,
  referrerTree,
  type Holders,
  type ReferrerNode,
} from '../../inspect/manifests/manifest-relations.js';
import { type AssumedRemoved, type CollectionRules } from '../../storage/ports/collector.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type ConcernedManifestDto, type RemovalDto, type RemovalQuery } from './removal.dto.js';

const MAX_TAGS = 100;
const MAX_MANIFESTS = 100;

/** A clock of the disk may be this much ahead. The grace period is left out, so that every byte counts. */
const CLOCK_AHEAD_MS = 60_000;

/** What is to be removed. `gone` are the texts of the digests of manifests. */
interface Removal {
  readonly repository: RepositoryName;
  readonly tags: ReadonlySet<TagName>;
  readonly gone: ReadonlySet<string>;
}

/** Says what a removal would do, by the collector's own rules. */
export class RemovalPreviews {
  constructor(
    private readonly storage: Storage,
    private readonly content: Pick<KnownContent, 'manifest'>,
    private readonly gc: GcSettings,
  ) {}

  /** @throws RegistryError `name-unknown`, or `request-malformed` for too many */
  async of(repository: RepositoryName, query: RemovalQuery, isAdmin: boolean): Promise<RemovalDto> {
    if (!(await this.storage.catalog.has(repository))) throw unknownRepository(repository);
    const tags = partsOf(query.tags, 'tags', MAX_TAGS).map(parseTagName);
    const manifests = partsOf(query.manifests, 'manifests', MAX_MANIFESTS).map((text) =>
      Digest.parse(text),
    );
    const entries = await this.orphansOf(repository, manifests);
    const gone = [...manifests, ...entries];
    const removal = { repository, tags: new Set(tags), gone: new Set(gone.map(String)) };
    const { bytes, freed } = await this.bytesOf({
      repository,
      ...(tags.length > 0 && { tags }),
      ...(gone.length > 0 && { manifests: gone }),
    });
    return {
      manifests: await this.concerned(removal, manifests),
      entries: entries.map(String),
      bytes,
      ...(isAdmin && { freedBytes: freed }),
      graceMs: this.gc.graceMs,
      intervalMs: this.gc.intervalMs,
      keepsUntagged: this.keepsUntagged,
    };
  }

  private get keepsUntagged(): boolean {
    return this.gc.untagged === 'keep';
  }

  private async concerned(
    removal: Removal,
    manifests: readonly Digest[],
  ): Promise<ConcernedManifestDto[]> {
    const digests = new Map(manifests.map((digest) => [digest.toString(), digest]));
    for (const tag of removal.tags) {
      const target = await this.storage.tags.resolve(removal.repository, tag);
      if (target !== undefined) digests.set(target.digest.toString(), target.digest);
    }
    const all = [...digests.values()];
    const holders = await holdersOfAll(this.storage, removal.repository, all);
    const concerned: ConcernedManifestDto[] = [];
    for (const digest of all) {
      const described = await this.describe(removal, digest, holders.of(digest));
      if (described !== undefined) concerned.push(described);
    }
    return concerned;
  }

  private async describe(
    { repository, tags, gone }: Removal,
    digest: Digest,
    holders: Holders,
  ): Promise<ConcernedManifestDto | undefined> {
    const summary = await this.content.manifest(repository, digest);
    if (summary === undefined) return undefined;
    const isGone = gone.has(digest.toString());
    const otherTags = holders.tags.filter((tag) => !isGone && !tags.has(tag));
    const indexes = holders.indexes.map(String).filter((index) => !gone.has(index));
    const { referrers } = await referrerTree(this.storage, repository, digest);
    return {
      digest: digest.toString(),
      purpose: summary.purpose,
      tags: holders.tags.filter((tag) => isGone || tags.has(tag)),
      otherTags,
      indexes,
      entries: summary.entries.length,
      referrers: countOf(referrers),
      fate: isGone ? 'removed' : this.fateOf(otherTags, indexes),
    };
  }

  private fateOf(
    tags: readonly string[],
    indexes: readonly string[],
  ): ConcernedManifestDto['fate'] {
    if (tags.length > 0) return 'tagged';
    if (this.keepsUntagged) return 'kept';
    return indexes.length > 0 ? 'listed' : 'collected';
  }

  /** Resolves to the entries of removed indexes, and of the indexes among them, that nothing else leads to. */
  private async orphansOf(
    repository: RepositoryName,
    manifests: readonly Digest[],
  ): Promise<Digest[]> {
    const gone = new Set(manifests.map(String));
    const orphans: Digest[] = [];
    // An orphan may be an index, whose entries are on the next level.
    for (let level = manifests; level.length > 0;) {
      const entries = await this.entriesOf(repository, level);
      const holders = await holdersOfAll(this.storage, repository, entries);
      level = entries.filter((entry) => {
        const { tags, indexes } = holders.of(entry);
        const isKept = tags.length > 0 || indexes.some((index) => !gone.has(index.toString()));
        if (isKept || gone.has(entry.toString())) return false;
        gone.add(entry.toString());
        return true;
      });
      orphans.push(...level);
    }
    return orphans;
  }

  /** Resolves to the entries of indexes that the repository has. */
  private async entriesOf(
    repository: RepositoryName,
    indexes: readonly Digest[],
  ): Promise<Digest[]> {
    const entries: Digest[] = [];
    for (const index of indexes) {
      const summary = await this.content.manifest(repository, index);
      for (const { digest } of summary?.entries ?? []) {
        if ((await this.storage.manifests.stat(repository, digest)) !== undefined)
          entries.push(digest);
      }
    }
    return entries;
  }

  /** Counts what a collection would remove after the removal, but not before it. */
  private async bytesOf(
    removal: AssumedRemoved,
  ): Promise<{ readonly bytes: number; readonly freed: number }> {
    const { collector } = this.storage;
    if (collector === undefined) return { bytes: 0, freed: 0 };
    const rules: CollectionRules = {
      graceMs: 0,
      keepUntagged: this.keepsUntagged,
      uploadTtlMs: this.gc.uploadTtlMs,
      clockAheadMs: CLOCK_AHEAD_MS,
    };
    let [bytes, freed] = [0, 0];
    for await (const entry of collector.consequences(rules, removal)) {
      bytes += entry.size;
      freed += entry.freed;
    }
    return { bytes, freed };
  }
}

function countOf(nodes: readonly ReferrerNode[]): number {
  return nodes.reduce((sum, { referrers }) => sum + 1 + countOf(referrers), 0);
}

/** @throws RegistryError `request-malformed` for too many */
function partsOf(text: string | undefined, name: string, atMost: number): string[] {
  const parts = (text ?? '').split(',').filter((part) => part !== '');
  if (parts.length <= atMost) return parts;
  throw new RegistryError('request-malformed', `${name} takes at most ${atMost} at once`, {
    parameter: name,
  });
}
