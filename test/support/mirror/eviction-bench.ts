import { type Digest } from '../../../src/domain/digest.js';
import { Evictor } from '../../../src/mirror/eviction/evictor.js';
import { MirrorSizes } from '../../../src/mirror/eviction/mirror-sizes.js';
import { type MirrorPlan } from '../../../src/mirror/plan/mirrors-plan.js';
import {
  buildIndex,
  collect,
  publish,
  pushImage,
  repo,
  uniqueBytes,
  type BuiltImage,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type ListedTag } from '../../../src/storage/ports/statistics.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { planOf } from './mirror-plan.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The repository of the tests, and the bytes of the layer of each image. */
export const ALPINE = 'docker.io/library/alpine';
export const LAYER_BYTES = 100_000;

/** A storage with the content of a mirror, and the evictor that keeps it small. Its clock stands still. */
export class EvictionBench {
  /** In milliseconds since the epoch. */
  now = Date.parse('2026-01-01T00:00:00Z');
  readonly storage: Storage = createMemoryStorage({ maxBytes: 2 ** 30, now: () => this.now });
  readonly sizes = new MirrorSizes(this.storage);
  readonly logged: string[] = [];
  plan: MirrorPlan = planOf({ keep: { bytes: 10 * LAYER_BYTES } });
  rules = { graceMs: HOUR, keepUntagged: true, uploadTtlMs: DAY };
  fetching: string | undefined;
  isResting = false;
  isReadOnly = false;

  /** Opens an evictor over the storage, as another process does. */
  open(): Evictor {
    const value = () => ({ mirrors: [this.plan], local: [], listen: new Map<string, string>() });
    return new Evictor({
      plan: {
        get value() {
          return value();
        },
      },
      storage: this.storage,
      rules: this.rules,
      sizes: this.sizes,
      log: {
        error: (line) => void this.logged.push(`error ${line}`),
        warn: (line) => void this.logged.push(`warn ${line}`),
        log: (line) => void this.logged.push(`log ${line}`),
        debug: () => undefined,
      },
      isFetching: (repository) => repository === this.fetching,
      isResting: () => this.isResting,
      isReadOnly: () => this.isReadOnly,
      now: () => this.now,
    });
  }

  /** Lets the mirror keep the bytes of this many images. */
  keep(images: number, changes: Partial<MirrorPlan> = {}): void {
    this.plan = planOf({ keep: { bytes: (images + 0.5) * LAYER_BYTES }, ...changes });
  }

  /** Lets the evictor run once. */
  evict(): Promise<void> {
    return this.open().run();
  }

  /** Stores an image as a pull does, and lets time pass. */
  async image(
    name: string,
    { repository = ALPINE, layers = [uniqueBytes(LAYER_BYTES)] } = {},
  ): Promise<BuiltImage> {
    const image = await pushImage(this.storage, repo(repository), { tags: [name], layers });
    this.now += HOUR;
    return image;
  }

  /** Stores an index of images without tags. */
  async index(name: string, images: readonly BuiltManifest[]): Promise<BuiltManifest> {
    const index = buildIndex(images.map(({ descriptor }) => descriptor));
    await publish(this.storage, repo(ALPINE), index.bytes, { tags: [name] });
    this.now += HOUR;
    return index;
  }

  /** Stores an image without a tag. */
  child(): Promise<BuiltImage> {
    return pushImage(this.storage, repo(ALPINE), { layers: [uniqueBytes(LAYER_BYTES)] });
  }

  /** Counts a pull now, and lets time pass. */
  async pull(digest: Digest, repository = ALPINE): Promise<void> {
    await this.storage.usage.add(repo(repository), [{ digest, pulls: 1, lastPulledAt: this.now }]);
    this.now += HOUR;
  }

  /** Resolves to the stored tags, in byte order. */
  async tags(repository = ALPINE): Promise<string[]> {
    return (await this.tagged(repository)).map(({ tag }) => String(tag)).sort();
  }

  /** Resolves to the stored tags with their manifests. */
  tagged(repository = ALPINE): Promise<ListedTag[]> {
    return collect(this.storage.statistics.tags(repo(repository)));
  }

  /** Resolves to whether the manifests are stored. */
  async has(...manifests: readonly BuiltManifest[]): Promise<boolean[]> {
    const stored = await collect(this.storage.manifests.digests(repo(ALPINE)));
    return manifests.map(({ digest }) => stored.some((one) => one.equals(digest)));
  }

  /** Collects what is not needed any longer. */
  async collect(): Promise<void> {
    await collect(
      this.storage.collector?.collect({ ...this.rules, clockAheadMs: DAY }) ?? nothing(),
    );
  }

  /** Resolves to the bytes that a repository has. */
  async bytes(repository = ALPINE): Promise<number> {
    const figures = await this.storage.statistics.measure(repo(repository));
    return figures?.logicalBytes ?? 0;
  }
}

async function* nothing(): AsyncGenerator<never> {}
