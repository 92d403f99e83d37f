import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  TagStore,
  type RemovedTagName,
  type TagChange,
  type TaggedManifest,
  type TagRemovalOptions,
} from '../ports/tag-store.js';
import { type Outbox } from '../ports/outbox.js';
import { eventOfRemovedTag } from '../protocol/change-events.js';
import { requireExpected } from '../protocol/tag-conditions.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { lookForManifest, type BeforeStep } from './memory-steps.js';
import { type Repositories } from './repositories.js';
import { sortedAfter } from './sorted.js';

export class MemoryTagStore extends TagStore {
  constructor(
    private readonly repositories: Repositories,
    private readonly beforeStep: BeforeStep,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    await this.beforeStep();
    const home = this.repositories.find(repository);
    const set = home?.tags.get(tag);
    if (home === undefined || set === undefined) return undefined;
    const { now } = this.repositories;
    const manifest = await lookForManifest(home.manifests, set.digest, this.beforeStep, now);
    return (
      manifest && {
        mediaType: manifest.mediaType,
        digest: manifest.digest,
        size: manifest.bytes.byteLength,
        pushedAt: set.pushedAt,
        ...(set.by !== undefined && { by: set.by }),
        ...(set.previous && { previous: set.previous }),
      }
    );
  }

  override async *list(repository: RepositoryName, after?: string): AsyncIterable<TagName> {
    await this.beforeStep();
    const tags = this.repositories.find(repository)?.tags.keys() ?? [];
    for await (const tag of yieldEvery(sortedAfter(tags, after))) {
      if ((await this.resolve(repository, tag)) !== undefined) yield tag;
    }
  }

  override async remove(
    repository: RepositoryName,
    tag: TagName,
    options: TagRemovalOptions = {},
  ): Promise<boolean> {
    const { by, expects } = options;
    await this.beforeStep();
    const home = this.repositories.find(repository);
    const digest = home?.tags.get(tag)?.digest;
    requireExpected(tag, expects, digest);
    if (digest === undefined) return false;
    const removal = { at: this.repositories.now(), ...(by !== undefined && { by }) };
    home?.removeTag(tag, removal);
    await this.outbox.append([eventOfRemovedTag(repository, tag, digest, options)]);
    return true;
  }

  override async *history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    await this.beforeStep();
    const home = this.repositories.find(repository);
    if (home !== undefined) yield* home.history.changes(tag, home.tags.get(tag));
  }
  override async *removed(repository: RepositoryName): AsyncIterable<RemovedTagName> {
    await this.beforeStep();
    const home = this.repositories.find(repository);
    if (home !== undefined) yield* yieldEvery([...home.history.without(home.tags)]);
  }
}
