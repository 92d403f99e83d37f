import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestRemovalOptions,
  type ManifestStat,
  type OpenManifest,
  type Publication,
  type PublishResult,
  type RemovedManifest,
  type StoredManifest,
  type ReachabilityRules,
} from '../ports/manifest-store.js';
import { type Outbox } from '../ports/outbox.js';
import { eventsOfRemovedManifest } from '../protocol/change-events.js';
import { type GarbageStore } from '../protocol/collect/garbage-store.js';
import { IndexSearch } from '../protocol/collect/index-search.js';
import { KnownLinks } from '../protocol/collect/known-links.js';
import { RemovalQueue } from '../protocol/collect/removal-queue.js';
import { removeUnlisted } from '../protocol/collect/remove-unlisted.js';
import { publish } from '../protocol/publish.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { lookForManifest, MemoryPublishSteps, type BeforeStep } from './memory-steps.js';
import { type MemoryManifest, type MemoryRepository, type Repositories } from './repositories.js';
import { MemoryRemovalSteps } from './removal-steps.js';
import { sortedAfter } from './sorted.js';

export class MemoryManifestStore extends ManifestStore {
  private readonly links = new KnownLinks();
  private readonly removals = new RemovalQueue();

  constructor(
    private readonly repositories: Repositories,
    private readonly garbage: GarbageStore,
    private readonly beforeStep: BeforeStep,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const found = await this.lookUp(repository, digest);
    return found && { mediaType: found.mediaType, size: found.bytes.byteLength };
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const found = await this.lookUp(repository, digest);
    return found && { mediaType: found.mediaType, bytes: found.bytes };
  }

  override async open(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const found = await this.lookUp(repository, digest);
    // All readers share the bytes of the store, so that they need no memory of their own.
    return found && { mediaType: found.mediaType, content: found.bytes };
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<PublishResult> {
    const { repositories, beforeStep, outbox } = this;
    const steps = new MemoryPublishSteps(repositories, repository, beforeStep, outbox);
    return publish(steps, publication);
  }

  /** Keeps the referrer entry, which is ignored without its manifest. */
  override async remove(
    repository: RepositoryName,
    digest: Digest,
    options: ManifestRemovalOptions = {},
  ): Promise<RemovedManifest | undefined> {
    const { by, unlessListed } = options;
    const home = this.repositories.find(repository);
    if (home === undefined) return undefined;
    const removed = unlessListed
      ? await this.removals.admit(repository, () =>
          removeUnlisted(this.stepsFor(repository, home, digest, unlessListed), digest),
        )
      : await this.removeAlways(home, digest);
    if (!removed) return undefined;
    const removal = { at: this.repositories.now(), ...(by !== undefined && { by }) };
    const tags = [...home.tags].filter(([, tag]) => tag.digest.equals(digest)).map(([tag]) => tag);
    for (const tag of tags) home.removeTag(tag, removal);
    await this.outbox.append(eventsOfRemovedManifest(repository, digest, tags, options));
    return { tags };
  }

  private async removeAlways({ manifests }: MemoryRepository, digest: Digest): Promise<boolean> {
    await this.beforeStep();
    return manifests.removeEverywhere(digest.toString());
  }

  private stepsFor(
    repository: RepositoryName,
    { manifests }: MemoryRepository,
    digest: Digest,
    rules: ReachabilityRules,
  ): MemoryRemovalSteps {
    const { now } = this.repositories;
    const view = { repository, garbage: this.garbage.of(repository), manifests: this };
    // A queue of its own: searches share the bytes in memory, so they need not wait for each other.
    const search = new IndexSearch(view, this.links, rules, new RemovalQueue());
    return new MemoryRemovalSteps(manifests, digest, search, this.beforeStep, now);
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    const shelf = this.repositories.find(repository)?.findReferrersOf(subject);
    if (shelf === undefined) return;
    for await (const key of yieldEvery(sortedAfter(shelf.keys(), after?.toString()))) {
      const descriptor = shelf.peek(key)?.descriptor;
      if (descriptor && (await this.lookUp(repository, descriptor.digest))) yield descriptor;
    }
  }

  override async *digests(repository: RepositoryName): AsyncIterable<Digest> {
    await this.beforeStep();
    const entries = this.repositories.find(repository)?.manifests.entries() ?? [];
    yield* yieldEvery([...entries].map(([, { digest }]) => digest));
  }

  private async lookUp(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<MemoryManifest | undefined> {
    const home = this.repositories.find(repository);
    return home && lookForManifest(home.manifests, digest, this.beforeStep, this.repositories.now);
  }
}
