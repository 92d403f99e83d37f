import { Digest } from '../../../domain/digest.js';
import { tryParseManifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type AssumedRemoved, type CollectedEntry } from '../../ports/collector.js';
import { inBatches, Turns } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { type EntryKey, type StoredEntry } from './garbage-store.js';
import { Reachability } from './reachability.js';
import { type RepositoryView } from './repository-reads.js';
import {
  collectedEntry,
  isWithinGrace,
  MAX_ROUNDS,
  type CollectorParts,
  type RepositoryRules,
} from './repository-collector.js';
import { type LinkedManifest, type RepositoryListings } from './repository-listings.js';
import { SeenRepository } from './seen-repository.js';

/** Asking for one entry takes as long as this many items that only are compared. */
const ITEMS_PER_ENTRY = 20;

/** What a preview reads. */
export interface PreviewParts extends Omit<CollectorParts, 'uploads'> {
  readonly listings: RepositoryListings;
}

/** The manifests that a collection would delete, and what it would keep after that. */
interface UnneededManifests {
  /** The entries of those that are in their place. */
  readonly entries: readonly StoredEntry[];
  /** The digests of all, with those that are only assumed removed. */
  readonly gone: DigestSet;
  readonly inUse: Reachability;
}

/**
 * Says what collections of one repository would delete, by the rules of `RepositoryCollector`. Reads the tags and the manifests once:
 * nothing is deleted, so it does not matter if they change meanwhile.
 */
export class RepositoryPreview {
  private readonly turns = new Turns();

  private constructor(
    private readonly view: RepositoryView,
    private readonly seen: SeenRepository,
    private readonly rules: RepositoryRules,
  ) {}

  static async of(
    { garbage, manifests, listings }: PreviewParts,
    rules: RepositoryRules,
    repository: RepositoryName,
  ): Promise<RepositoryPreview> {
    const view = { repository, garbage: garbage.of(repository), manifests };
    return new RepositoryPreview(view, await SeenRepository.look(view, listings), rules);
  }

  /**
   * Yields the entries that a collection would delete.
   *
   * @param claimsGone the number of claims on each blob that earlier previews would have removed
   */
  async *all(
    claimsGone: Map<string, number>,
    without?: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry> {
    const { entries, inUse } = await this.findUnneeded(without);
    for (const entry of entries) yield this.collected(entry, entry.size);
    for await (const entry of this.view.garbage.entries('referrers')) {
      if (this.isGarbage(entry, inUse)) yield this.collected(entry, entry.size);
    }
    for await (const entry of this.view.garbage.entries('blobs')) {
      if (!this.isGarbage(entry, inUse)) continue;
      const key = entry.digest.toString();
      const count = (claimsGone.get(key) ?? 0) + 1;
      claimsGone.set(key, count);
      yield this.collectedBlob(entry, count);
    }
  }

  /** Yields the entries that a collection would delete after the removal, but not before it. They are manifests, and what these name. */
  async *consequences(removal: AssumedRemoved): AsyncGenerator<CollectedEntry> {
    const before = await this.findUnneeded();
    const { entries, gone, inUse } = await this.findUnneeded(removal);
    for (const entry of entries) {
      if (!before.gone.has(entry.digest)) yield this.collected(entry, entry.size);
    }
    const newlyGone = this.seen.manifests.filter(
      ({ key }) => gone.hasKey(key) && !before.gone.hasKey(key),
    );
    for (const { digest, subject } of newlyGone) {
      if (subject === undefined) continue;
      const key = { kind: 'referrers', digest, subject: Digest.parse(subject) } as const;
      const entry = await this.garbageAt(key, inUse);
      if (entry !== undefined) yield this.collected(entry, entry.size);
    }
    for await (const digest of this.namedBy(newlyGone)) {
      const entry = await this.garbageAt({ kind: 'blobs', digest }, inUse);
      if (entry !== undefined) yield this.collectedBlob(entry, 1);
    }
  }

  /** Finds the unneeded manifests, level by level: the entries of an index are unneeded only after the index. */
  private async findUnneeded(without?: AssumedRemoved): Promise<UnneededManifests> {
    const entries: StoredEntry[] = [];
    const removed = { tags: new Set(without?.tags), manifests: new DigestSet() };
    const gone = removed.manifests;
    for (const digest of without?.manifests ?? []) {
      const entry = gone.has(digest) ? undefined : await this.entryOf(digest);
      gone.add(digest);
      if (entry !== undefined) entries.push(entry);
    }
    const look = () => Reachability.of(this.seen.reads(), this.rules.keepUntagged, removed);
    let inUse = await look();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const unneeded = await this.unneeded(inUse, gone);
      if (unneeded.length === 0) break;
      for (const entry of unneeded) {
        // The listing of a directory that changes may name a manifest twice.
        if (gone.has(entry.digest)) continue;
        entries.push(entry);
        gone.add(entry.digest);
      }
      inUse = await look();
    }
    return { entries, gone, inUse };
  }

  private async unneeded(inUse: Reachability, gone: DigestSet): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    for await (const batch of inBatches(this.seen.manifests)) {
      for (const { digest, key } of batch) {
        if (gone.hasKey(key) || inUse.keepsKey('manifests', key)) continue;
        const entry = await this.entryOf(digest);
        if (entry !== undefined && !isWithinGrace(entry, this.rules)) entries.push(entry);
      }
    }
    return entries;
  }

  private async entryOf(digest: Digest): Promise<StoredEntry | undefined> {
    await this.turns.afterItems(ITEMS_PER_ENTRY);
    return this.view.garbage.entry({ kind: 'manifests', digest });
  }

  /** Yields the digests that the manifests name as blobs or as entries, each once. */
  private async *namedBy(manifests: readonly LinkedManifest[]): AsyncIterable<Digest> {
    const named = new Set<string>();
    for (const { digest } of manifests) {
      const bytes = await this.view.garbage.peek(digest);
      const manifest = bytes && tryParseManifest(bytes);
      if (manifest === undefined) continue;
      const { config, layers, manifests: entries } = manifest;
      for (const found of [...(config ? [config] : []), ...layers, ...entries]) {
        const text = found.digest.toString();
        if (named.has(text)) continue;
        named.add(text);
        yield found.digest;
      }
    }
  }

  private async garbageAt(key: EntryKey, inUse: Reachability): Promise<StoredEntry | undefined> {
    const entry = inUse.keeps(key) ? undefined : await this.view.garbage.entry(key);
    return entry && this.isGarbage(entry, inUse) ? entry : undefined;
  }

  private isGarbage(entry: StoredEntry, inUse: Reachability): boolean {
    return !inUse.keeps(entry) && !isWithinGrace(entry, this.rules);
  }

  /** @param claimsGone the number of claims on the blob that are removed with this one */
  private async collectedBlob(entry: StoredEntry, claimsGone: number): Promise<CollectedEntry> {
    const isLast = claimsGone >= (await this.view.garbage.claims(entry.digest));
    return this.collected(entry, isLast ? entry.size : 0);
  }

  private collected(entry: StoredEntry, freed: number): CollectedEntry {
    return collectedEntry(this.view.repository, entry, freed);
  }
}
