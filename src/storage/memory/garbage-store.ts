import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ListedTag } from '../ports/statistics.js';
import {
  GarbageStore,
  type AsideEntry,
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
import { type MemoryRepository, type Repositories } from './repositories.js';
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

type Key = Pick<StoredEntry, 'kind' | 'digest' | 'subject'>;

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

  async entry(kind: 'manifests' | 'blobs', digest: Digest): Promise<StoredEntry | undefined> {
    for await (const entry of this.entries(kind)) if (entry.digest.equals(digest)) return entry;
    return undefined;
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

  private shelf({ kind, digest, subject }: Key): Shelf<Linked> {
    if (kind === 'referrers')
      return this.home.referrersOf(subject ?? digest) as unknown as Shelf<Linked>;
    return this.home[kind] as unknown as Shelf<Linked>;
  }

  private *stored(kind: StoredKind): Iterable<StoredEntry> {
    if (kind === 'blobs') {
      for (const [, { digest, bytes, lastUsed, links }] of this.home.blobs.entries()) {
        yield { kind, digest, size: bytes.size, lastUsed, claims: links };
      }
    } else if (kind === 'manifests') {
      for (const [, { digest, bytes, lastUsed }] of this.home.manifests.entries()) {
        yield { kind, digest, size: bytes.byteLength, lastUsed };
      }
    } else {
      for (const shelf of this.home.allReferrers()) {
        for (const [, { subject, descriptor, lastUsed }] of shelf.entries()) {
          yield { kind, digest: descriptor.digest, subject, size: 0, lastUsed };
        }
      }
    }
  }

  private *allAside(): Iterable<AsideEntry> {
    for (const { pass, item } of this.home.manifests.aside()) {
      const { digest, bytes, lastUsed } = item;
      yield { pass, entry: { kind: 'manifests', digest, size: bytes.byteLength, lastUsed } };
    }
    for (const { pass, item } of this.home.blobs.aside()) {
      const { digest, bytes, lastUsed } = item;
      yield { pass, entry: { kind: 'blobs', digest, size: bytes.size, lastUsed } };
    }
    for (const shelf of this.home.allReferrers()) {
      for (const { pass, item } of shelf.aside()) {
        const { subject, descriptor, lastUsed } = item;
        const { digest } = descriptor;
        yield { pass, entry: { kind: 'referrers', digest, subject, size: 0, lastUsed } };
      }
    }
  }
}

function keyOf({ digest }: Key): string {
  return digest.toString();
}
