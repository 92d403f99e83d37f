import { Digest } from '../../../../../src/domain/digest.js';
import { RegistryError } from '../../../../../src/domain/errors.js';
import { type RepositoryName } from '../../../../../src/domain/repository-name.js';
import { RepositoryCollector } from '../../../../../src/storage/protocol/collect/repository-collector.js';
import { type RepositoryView } from '../../../../../src/storage/protocol/collect/repository-reads.js';
import { createMemoryStorage } from '../../../../../src/storage/memory/memory-storage.js';
import { type StoredKind } from '../../../../../src/storage/protocol/collect/garbage-store.js';
import { type CollectedEntry } from '../../../../../src/storage/ports/collector.js';
import { type Storage } from '../../../../../src/storage/ports/storage.js';
import {
  collect,
  publicationOf,
  pushBlob,
  repo,
  tag,
} from '../../../../../src/storage/contract/fixtures.js';
import { collectorPartsOf, storeCollectorOf } from '../../../../support/store-collector.js';
import { type Content } from './content.js';
import { Journal, type Entry } from './journal.js';
import { problemsOf } from './whole-store.js';

export const HOME = repo('team/app');
export const OTHER = repo('team/other');

const NOW = 1_800_000_000_000;
const COLLECTED_AT = NOW + 60_000;

/** The private methods of a collector, for schedules of only one part of a pass. */
interface InnerCollector {
  viewOf(repository: RepositoryName): RepositoryView;
  collectKind(view: RepositoryView, kind: StoredKind): AsyncGenerator<CollectedEntry>;
}

/** A memory store with the operations of clients and collectors, and a journal of them. */
export class World {
  readonly storage: Storage;
  readonly journal = new Journal();
  /** Repeats refused pushes with all their content. These must succeed at the end. */
  private readonly refused: (() => Promise<void>)[] = [];

  constructor(beforeStep: () => Promise<void>) {
    this.storage = createMemoryStorage({ maxBytes: 10_000_000, now: () => NOW, beforeStep });
  }

  /** Pushes the blobs of `content` and of all its children. */
  async pushBlobs(content: Content, repository = HOME): Promise<void> {
    for (const bytes of content.blobs) await pushBlob(this.storage, repository, bytes);
    for (const child of content.children) await this.pushBlobs(child, repository);
  }

  /** Pushes all content that `content` requires, and then `content` itself. */
  async pushAll(content: Content, tags: readonly string[] = [], repository = HOME): Promise<void> {
    for (const bytes of content.blobs) await pushBlob(this.storage, repository, bytes);
    for (const child of content.children) await this.pushAll(child, [], repository);
    await this.storage.manifests.publish(repository, publicationOf(content.bytes, { tags }));
  }

  /** Publishes a manifest without pushing its content. Resolves to whether all its content existed. */
  async publish(content: Content, tags: readonly string[] = [], repository = HOME) {
    const entry = this.journal.begin('publish', tags, `${content.digest}`);
    try {
      await this.storage.manifests.publish(repository, publicationOf(content.bytes, { tags }));
      this.journal.end(entry, 'done');
      return true;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'manifest-blob-unknown') throw error;
      this.journal.end(entry, 'refused');
      this.refused.push(() => this.pushAll(content, tags, repository));
      return false;
    }
  }

  async delete(content: Content): Promise<void> {
    const entry = this.journal.begin('delete', [], `${content.digest}`);
    const removed = await this.storage.manifests.remove(HOME, content.digest);
    this.journal.end(entry, removed !== undefined ? 'done' : 'refused');
  }

  /** Deletes a manifest unless a tagged index lists it. */
  async deleteUnlisted(content: Content): Promise<void> {
    const entry = this.journal.begin('delete', [], `${content.digest}`);
    try {
      const rules = { keepUntagged: false };
      const removed = await this.storage.manifests.remove(HOME, content.digest, {
        unlessListed: rules,
      });
      this.journal.end(entry, removed !== undefined ? 'done' : 'refused');
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'denied') throw error;
      this.journal.end(entry, 'refused');
    }
  }

  async untag(name: string): Promise<void> {
    const entry = this.journal.begin('untag', [name]);
    await this.storage.tags.remove(HOME, tag(name));
    this.journal.end(entry, 'done');
  }

  async mount(bytes: Uint8Array, from: RepositoryName, to: RepositoryName): Promise<boolean> {
    return this.storage.blobs.link(to, Digest.of(bytes), from);
  }

  /** Runs one pass without a grace period. */
  async collect(repository = HOME): Promise<void> {
    await collect(this.collector().collect(repository));
  }

  /** Runs only the part of a pass that collects blobs. */
  async collectBlobs(): Promise<void> {
    const collector = this.collector() as unknown as InnerCollector;
    await collect(collector.collectKind(collector.viewOf(HOME), 'blobs'));
  }

  private collector(): RepositoryCollector {
    return new RepositoryCollector(collectorPartsOf(this.storage), {
      graceMs: 0,
      keepUntagged: false,
      now: () => COLLECTED_AT,
    });
  }

  /** Checks the store after all actors have ended, and then that a last pass keeps exactly the reachable content. */
  async check(): Promise<void> {
    await this.checkAnswers();
    this.report(await problemsOf(this.storage, 'left'));
    for (const again of this.refused) await again();
    this.report(await problemsOf(this.storage, 'left'));
    for (const repository of await collect(storeCollectorOf(this.storage).garbage.repositories())) {
      await this.collect(repository);
    }
    this.report(await problemsOf(this.storage, 'collected'));
  }

  private async checkAnswers(): Promise<void> {
    for (const entry of this.journal.entries) {
      if (entry.outcome === 'refused') continue;
      if (entry.kind === 'delete' && this.journal.mustBeGone(entry)) await this.checkGone(entry);
      for (const name of entry.kind === 'publish' ? entry.tags : []) {
        if (!this.journal.mustHold(entry, name)) continue;
        const found = await this.tagged(name);
        if (found !== entry.digest) this.journal.problem(`the tag ${name} is ${found}`);
      }
    }
  }

  private async checkGone({ digest = '' }: Entry): Promise<void> {
    const found = await this.storage.manifests.stat(HOME, Digest.parse(digest));
    if (found !== undefined) this.journal.problem(`${digest} was deleted and is there`);
  }

  private async tagged(name: string): Promise<string> {
    const found = [HOME, OTHER].map((home) => this.storage.tags.resolve(home, tag(name)));
    return (await Promise.all(found)).map((one) => `${one?.digest ?? ''}`).join('');
  }

  private report(problems: readonly string[]): void {
    this.journal.problems.push(...problems);
  }
}
