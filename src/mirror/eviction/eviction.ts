import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type CollectedEntry,
  type CollectionRules,
  type Collector,
} from '../../storage/ports/collector.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { HeldBytes } from './held-bytes.js';
import { Previews } from './previews.js';
import { Survey } from './survey.js';

/** What an eviction works with. */
export interface EvictionParts {
  readonly storage: Pick<Storage, 'manifests' | 'catalog' | 'statistics' | 'usage'>;
  readonly collector: Collector;
  /** The rules of the collections, which take the blobs. Their grace period holds for manifests, too. */
  readonly rules: CollectionRules;
  /** Whether blobs of the repository are being downloaded. */
  readonly isFetching: (repository: RepositoryName) => boolean;
  /** The time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves if a manifest may be removed now. @throws Stopped if the work is to end */
  readonly mayRemove: () => Promise<void>;
  /** @throws Stopped if the work is to end */
  readonly goOn: () => void;
}

/** A manifest that may be removed. */
interface Candidate {
  readonly survey: Survey;
  readonly digest: Digest;
  /** When it was last used, as far as is known. In milliseconds since the epoch. */
  readonly usedAt: number;
}

/**
 * Removes the manifests of one mirror that its plan does not keep, the one whose last pull is the longest ago first. The collector takes
 * the blobs. What this has removed is known at any time, also after it was stopped.
 */
export class Eviction {
  readonly removed: Digest[] = [];
  /** How many bytes no manifest of the mirror needs any longer. */
  freed = 0;

  /** How many bytes the mirror still has, once they were counted. */
  bytes: number | undefined;

  private readonly held = new HeldBytes();
  private readonly previews: Previews;
  /** Sorted by the time of use. */
  private queue: Candidate[] = [];
  /** What an index still lists. */
  private listed: Candidate[] = [];

  constructor(
    private readonly plan: MirrorPlan,
    private readonly parts: EvictionParts,
  ) {
    this.previews = new Previews(parts.collector, parts.rules, parts.goOn);
  }

  async run(): Promise<void> {
    for await (const repository of this.repositories()) await this.survey(repository);
    this.bytes = this.held.total;
    this.queue.sort((left, right) => left.usedAt - right.usedAt);
    for (;;) {
      const candidate = this.queue.shift();
      if (candidate === undefined || !this.mustGo(candidate)) return;
      await this.consider(candidate);
    }
  }

  private async *repositories(): AsyncIterable<RepositoryName> {
    const prefix = `${this.plan.name}/`;
    for await (const repository of this.parts.storage.catalog.list(prefix)) {
      if (!repository.startsWith(prefix)) return;
      yield repository;
    }
  }

  /** Counts the bytes of a repository, and finds its candidates if the mirror has limits. */
  private async survey(repository: RepositoryName): Promise<void> {
    const { storage } = this.parts;
    const survey = await Survey.of(repository, storage);
    const manifests: Digest[] = [];
    for await (const digest of storage.manifests.digests(repository)) manifests.push(digest);
    // Asked first, so that what a collection takes between the two questions is not counted.
    const garbage = await this.previews.garbage(repository);
    for (const entry of await this.previews.all(repository, survey.tagNames, manifests)) {
      this.held.add(entry);
    }
    this.subtract(garbage);
    if (this.hasLimit) await this.addCandidates(survey);
  }

  private get hasLimit(): boolean {
    const { bytes, unusedMs } = this.plan.keep;
    return bytes !== undefined || unusedMs !== undefined;
  }

  private async addCandidates(survey: Survey): Promise<void> {
    const { repository } = survey;
    for (const digest of survey.tagged) {
      if (survey.isPinned(digest, this.plan)) continue;
      const usedAt = survey.usedAt(digest);
      if (usedAt !== undefined) this.queue.push({ survey, digest, usedAt });
    }
    // Without a tag to keep them, others are the collector's.
    if (!this.parts.rules.keepUntagged) return;
    for (const digest of await this.previews.untagged(repository)) {
      const usedAt = survey.usedAt(digest) ?? (await this.lookedAt(repository, digest));
      this.queue.push({ survey, digest, usedAt });
    }
  }

  /** Resolves to when an untagged manifest was last used in any way: nothing else is known of one that was never pulled. */
  private async lookedAt(repository: RepositoryName, digest: Digest): Promise<number> {
    for await (const found of this.parts.collector.explain(digest, { keepUntagged: true })) {
      this.parts.goOn();
      if (found.repository === repository) return found.lastUsed;
    }
    return this.parts.now();
  }

  private mustGo({ usedAt }: Candidate): boolean {
    const { bytes = Infinity, unusedMs = Infinity } = this.plan.keep;
    const age = this.parts.now() - usedAt;
    return age > this.parts.rules.graceMs && (this.held.total > bytes || age > unusedMs);
  }

  private async consider(candidate: Candidate): Promise<void> {
    const { survey, digest, usedAt } = candidate;
    const { repository } = survey;
    if (await this.isListed(candidate)) return void this.listed.push(candidate);
    const group = await this.groupOf(candidate);
    await survey.readPulls();
    const lastUsed = Math.max(usedAt, ...group.map((one) => survey.usedAt(one) ?? 0));
    // A client that knows an index pulls only one of its manifests, and uses the index all the same.
    if (lastUsed > usedAt) return this.enqueue([{ survey, digest, usedAt: lastUsed }]);
    if (this.parts.isFetching(repository) || !(await this.isReady(candidate, group))) return;
    // Asked before the removal: a collection that runs at the same time may take the blobs at once.
    const unneeded = await this.previews.unneededWithout(repository, group);
    if (!(await this.remove(repository, digest))) return;
    for (const one of group) if (!one.equals(digest)) await this.remove(repository, one);
    this.subtract(unneeded);
    this.enqueue(this.listed);
    this.listed = [];
  }

  /** Resolves to whether an index lists the manifest. Trying to remove it would refresh its last-used time. */
  private async isListed({ survey, digest }: Candidate): Promise<boolean> {
    const { statistics } = this.parts.storage;
    for await (const holder of statistics.holders(survey.repository, [digest])) {
      this.parts.goOn();
      if ('index' in holder) return true;
    }
    return false;
  }

  /** Resolves to the manifest, and those to which nothing else leads: entries of an index, and referrers. */
  private async groupOf({ survey, digest }: Candidate): Promise<Digest[]> {
    if (survey.tagsOf(digest).length === 0) return [digest];
    const { repository } = survey;
    const before = new Set((await this.previews.untagged(repository)).map(String));
    const after = await this.previews.untagged(repository, digest);
    // A manifest whose tag was moved meanwhile is not part of it.
    const others = after.filter((one) => !before.has(`${one}`) && survey.tagsOf(one).length === 0);
    return [digest, ...others];
  }

  /** Resolves to whether a collection would take all of the group, so that no client has used any of it lately. */
  private async isReady({ survey, digest }: Candidate, group: readonly Digest[]): Promise<boolean> {
    const { repository } = survey;
    const ready = await this.previews.ready(repository, survey.tagsOf(digest));
    const texts = new Set(ready.map(String));
    return group.every((one) => texts.has(`${one}`));
  }

  /** Removes a manifest and the tags that point to it. Resolves to whether it did: an index that exists keeps its entries. */
  private async remove(repository: RepositoryName, digest: Digest): Promise<boolean> {
    await this.parts.mayRemove();
    const options = { unlessListed: { keepUntagged: true } };
    try {
      const removed = await this.parts.storage.manifests.remove(repository, digest, options);
      if (removed === undefined) return true;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'denied') throw error;
      return false;
    }
    this.removed.push(digest);
    this.subtract([{ repository, kind: 'manifests', digest }]);
    return true;
  }

  private subtract(
    entries: readonly Pick<CollectedEntry, 'repository' | 'kind' | 'digest'>[],
  ): void {
    const before = this.held.total;
    for (const { repository, kind, digest } of entries) this.held.remove(repository, kind, digest);
    if (this.removed.length === 0) return;
    this.freed += before - this.held.total;
    this.bytes = this.held.total;
  }

  private enqueue(candidates: readonly Candidate[]): void {
    this.queue.push(...candidates);
    this.queue.sort((left, right) => left.usedAt - right.usedAt);
  }
}
