import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ListedTag } from '../ports/statistics.js';
import {
  GarbageStore,
  type AsideEntry,
  type EntryKey,
  type RepositoryGarbage,
  type StoredEntry,
  type StoredKind,
} from '../protocol/collect/garbage-store.js';
import { type Outbox } from '../ports/outbox.js';
import { eventOfRemovedRepository } from '../protocol/change-events.js';
import { listedTag } from '../protocol/listed-tag.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { listing } from './asynchronous.js';
import { type BeforeStep } from './memory-steps.js';
import {
  type MemoryBlob,
  type MemoryManifest,
  type MemoryReferrer,
  type MemoryRepository,
  type Repositories,
} from './repositories.js';
import { type Linked, type Shelf } from './shelf.js';

export class MemoryGarbageStore extends GarbageStore {
  constructor(
    private readonly stored: Repositories,
    private readonly beforeStep: BeforeStep,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  override repositories(): AsyncIterable<RepositoryName> {
    return listing(() => this.stored.names());
  }

  override of(repository: RepositoryName): RepositoryGarbage {
    return new MemoryRepositoryGarbage(this.stored, repository, this.beforeStep, this.outbox);
  }

  /** Frees nothing: the memory storage frees content with its last claim. */
  override sweepUnclaimed(): Promise<number> {
    return Promise.resolve(0);
  }
}

class MemoryRepositoryGarbage implements RepositoryGarbage {
  constructor(
    private readonly repositories: Repositories,
    private readonly repository: RepositoryName,
    private readonly beforeStep: BeforeStep,
    private readonly outbox: Outbox,
  ) {}

  async *intents(): AsyncIterable<Uint8Array> {
    await this.beforeStep();
    yield* yieldEvery([...this.home.intents]);
  }

  async *tags(): AsyncIterable<ListedTag> {
    await this.beforeStep();
    for (const tag of [...this.home.tags.keys()]) {
      await this.beforeStep();
      const set = this.home.tags.get(tag);
      if (set !== undefined) yield listedTag(tag, set);
    }
  }

  async entry(key: EntryKey): Promise<StoredEntry | undefined> {
    await this.beforeStep();
    return this.find(key);
  }

  async *entries(kind: StoredKind): AsyncIterable<StoredEntry> {
    await this.beforeStep();
    yield* yieldEvery([...this.stored(kind)]);
  }

  async *aside(): AsyncIterable<AsideEntry> {
    await this.beforeStep();
    yield* yieldEvery([...this.allAside()]);
  }

  async peek(digest: Digest): Promise<Uint8Array | undefined> {
    await this.beforeStep();
    return this.home.manifests.peek(digest.toString())?.bytes;
  }

  claims(digest: Digest): Promise<number> {
    return Promise.resolve(this.home.blobs.get(digest.toString())?.links ?? 0);
  }

  async setAside(pass: string, entries: readonly StoredEntry[]): Promise<StoredEntry[]> {
    await this.beforeStep();
    const moved = entries.filter((entry) => this.shelf(entry).moveAside(pass, keyOf(entry)));
    return moved.map((entry) => {
      return { ...entry, lastUsed: this.shelf(entry).peek(keyOf(entry))?.lastUsed ?? 0 };
    });
  }

  async restore(pass: string, entry: StoredEntry): Promise<void> {
    await this.beforeStep();
    this.shelf(entry).restore(pass, keyOf(entry));
    await this.beforeStep();
    this.shelf(entry).drop(pass, keyOf(entry));
  }

  async drop(pass: string, entry: StoredEntry): Promise<number> {
    await this.beforeStep();
    const shelf = this.shelf(entry);
    const last = shelf.peek(keyOf(entry))?.links === 1;
    return shelf.drop(pass, keyOf(entry)) && last ? entry.size : 0;
  }

  async tidy(): Promise<void> {
    const { home } = this;
    if (!home.tidy()) return;
    this.repositories.forget(this.repository);
    if (home.known) await this.outbox.append([eventOfRemovedRepository(this.repository)]);
  }

  /** Resolves to `undefined`, because reading a repository in memory is as cheap as checking it for changes. */
  fingerprint(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private get home(): MemoryRepository {
    return this.repositories.findOrCreate(this.repository);
  }

  private shelf({ kind, digest, subject }: EntryKey): Shelf<Linked> {
    if (kind === 'referrers')
      return this.home.referrersOf(subject ?? digest) as unknown as Shelf<Linked>;
    return this.home[kind] as unknown as Shelf<Linked>;
  }

  private find({ kind, digest, subject }: EntryKey): StoredEntry | undefined {
    const { blobs, manifests } = this.home;
    const text = digest.toString();
    const blob = kind === 'blobs' ? blobs.get(text) : undefined;
    if (blob !== undefined) return entryOfBlob(blob);
    const manifest = kind === 'manifests' ? manifests.get(text) : undefined;
    if (manifest !== undefined) return entryOfManifest(manifest);
    const referrers =
      kind === 'referrers' ? this.home.findReferrersOf(subject ?? digest) : undefined;
    const referrer = referrers?.get(text);
    return referrer && entryOfReferrer(referrer);
  }

  private *stored(kind: StoredKind): Iterable<StoredEntry> {
    if (kind === 'blobs') {
      for (const [, blob] of this.home.blobs.entries()) yield entryOfBlob(blob);
    } else if (kind === 'manifests') {
      for (const [, manifest] of this.home.manifests.entries()) yield entryOfManifest(manifest);
    } else {
      for (const shelf of this.home.allReferrers()) {
        for (const [, referrer] of shelf.entries()) yield entryOfReferrer(referrer);
      }
    }
  }

  private *allAside(): Iterable<AsideEntry> {
    for (const { pass, item } of this.home.manifests.aside()) {
      yield { pass, entry: entryOfManifest(item) };
    }
    for (const { pass, item } of this.home.blobs.aside()) {
      yield { pass, entry: entryOfBlob(item) };
    }
    for (const shelf of this.home.allReferrers()) {
      for (const { pass, item } of shelf.aside()) yield { pass, entry: entryOfReferrer(item) };
    }
  }
}

function entryOfBlob({ digest, bytes, lastUsed, links }: MemoryBlob): StoredEntry {
  return { kind: 'blobs', digest, size: bytes.size, lastUsed, claims: links };
}

function entryOfManifest({ digest, bytes, lastUsed }: MemoryManifest): StoredEntry {
  return { kind: 'manifests', digest, size: bytes.byteLength, lastUsed };
}

function entryOfReferrer({ subject, descriptor, lastUsed }: MemoryReferrer): StoredEntry {
  return { kind: 'referrers', digest: descriptor.digest, subject, size: 0, lastUsed };
}

function keyOf({ digest }: EntryKey): string {
  return digest.toString();
}
