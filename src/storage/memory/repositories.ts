import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ByteBlocks } from './byte-blocks.js';
import { CountedMap, type MemoryBudget } from './memory-budget.js';
import { type TagChange } from '../ports/tag-store.js';
import { Shelf, type Linked } from './shelf.js';
import { TagHistories } from './tag-histories.js';

/** How many bytes each record takes besides names and annotations. Estimates. */
const BYTES_PER_REPOSITORY = 2_000;
const BYTES_PER_TAG = 400;
const BYTES_PER_BLOB = 400;
const BYTES_PER_MANIFEST = 600;
const BYTES_PER_REFERRER = 700;

/** How many repositories `claimants` looks at. Each takes a fraction of a microsecond. */
const MAX_LOOKS = 10_000;

export interface MemoryBlob extends Linked {
  readonly digest: Digest;
  readonly bytes: ByteBlocks;
}

export interface MemoryManifest extends Linked {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
}

export interface MemoryReferrer extends Linked {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

export interface MemoryTag {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly pushedAt: number;
  readonly by?: string;
  readonly previous?: Digest;
}

/** The content of one repository. The texts of digests are the keys. */
export class MemoryRepository {
  readonly blobs: Shelf<MemoryBlob>;
  readonly manifests: Shelf<MemoryManifest>;
  readonly tags: CountedMap<TagName, MemoryTag>;
  readonly history: TagHistories;
  readonly intents = new Set<Uint8Array>();
  /** Whether it has ever had a manifest. Before, it does not exist for clients. */
  known = false;
  private readonly referrers = new Map<string, Shelf<MemoryReferrer>>();

  constructor(
    private readonly budget: MemoryBudget,
    forgetBlob: (blob: MemoryBlob) => void,
  ) {
    this.blobs = new Shelf(forgetBlob, (_, change) => budget.countRecord(change * BYTES_PER_BLOB));
    this.manifests = new Shelf(
      ({ bytes }) => budget.giveBack(bytes.byteLength),
      (_, change) => budget.countRecord(change * BYTES_PER_MANIFEST),
    );
    this.tags = new CountedMap(
      budget,
      (tag, { by = '' }) => BYTES_PER_TAG + tag.length + by.length,
    );
    this.history = new TagHistories(budget);
  }

  /** Removes a tag and records it. Returns whether it existed. */
  removeTag(tag: TagName, removal: Pick<TagChange, 'at' | 'by'>): boolean {
    const removed = this.tags.get(tag);
    if (removed === undefined) return false;
    this.history.addRemoved(tag, removed, removal);
    return this.tags.delete(tag);
  }

  /** Returns the list of a subject's referrers, and creates it if it does not exist. */
  referrersOf(subject: Digest): Shelf<MemoryReferrer> {
    const existing = this.findReferrersOf(subject);
    if (existing !== undefined) return existing;
    const created = new Shelf<MemoryReferrer>(
      () => undefined,
      (item, change) => this.budget.countRecord(change * bytesOfReferrer(item)),
    );
    this.referrers.set(subject.toString(), created);
    return created;
  }

  /** Returns the list of a subject's referrers. Clients can ask for any subject, and must not make the store grow. */
  findReferrersOf(subject: Digest): Shelf<MemoryReferrer> | undefined {
    return this.referrers.get(subject.toString());
  }

  allReferrers(): Iterable<Shelf<MemoryReferrer>> {
    return this.referrers.values();
  }

  /** Removes empty referrer lists. Returns whether the repository is empty; then it loses its history. */
  tidy(): boolean {
    for (const [subject, shelf] of this.referrers) {
      if (shelf.isEmpty()) this.referrers.delete(subject);
    }
    const nothing = this.blobs.isEmpty() && this.manifests.isEmpty() && this.tags.size === 0;
    const isEmpty = nothing && this.intents.size === 0 && this.referrers.size === 0;
    if (isEmpty) this.history.clear();
    return isEmpty;
  }
}

/** The repositories, and the content of their blobs. Content is kept once per digest, as long as a repository has it. */
export class Repositories {
  private readonly byName: CountedMap<RepositoryName, MemoryRepository>;
  private readonly contents = new Map<string, MemoryBlob>();

  constructor(
    readonly budget: MemoryBudget,
    readonly now: () => number,
  ) {
    this.byName = new CountedMap(budget, (name) => BYTES_PER_REPOSITORY + name.length);
  }

  find(name: RepositoryName): MemoryRepository | undefined {
    return this.byName.get(name);
  }

  findOrCreate(name: RepositoryName): MemoryRepository {
    const existing = this.byName.get(name);
    if (existing !== undefined) return existing;
    const created = new MemoryRepository(this.budget, ({ digest, bytes }) => {
      this.contents.delete(digest.toString());
      this.budget.giveBack(bytes.size);
    });
    this.byName.set(name, created);
    return created;
  }

  names(): RepositoryName[] {
    return [...this.byName.keys()];
  }

  forget(name: RepositoryName): void {
    this.byName.delete(name);
  }

  /** Makes `name` claim `bytes`, which are verified and counted. If the content already exists, `bytes` are dropped. */
  claim(name: RepositoryName, digest: Digest, bytes: ByteBlocks): void {
    const existing = this.contents.get(digest.toString());
    if (existing !== undefined) this.budget.giveBack(bytes.size);
    const blob = existing ?? { digest, bytes, links: 0, lastUsed: 0 };
    blob.lastUsed = this.now();
    this.contents.set(digest.toString(), blob);
    this.findOrCreate(name).blobs.put(digest.toString(), blob);
  }

  /** Yields the repositories that claim the blob, among the first 10,000. */
  *claimants(digest: Digest): Iterable<RepositoryName> {
    const key = digest.toString();
    if (!this.contents.has(key)) return;
    let left = MAX_LOOKS;
    for (const [name, { blobs }] of this.byName) {
      if (left-- <= 0) return;
      if (blobs.get(key) !== undefined) yield name;
    }
  }
}

function bytesOfReferrer({ descriptor: { annotations } }: MemoryReferrer): number {
  return BYTES_PER_REFERRER + (annotations ? JSON.stringify(annotations).length : 0);
}
