import { RepositoryCollector } from '../../../../../src/storage/protocol/collect/repository-collector.js';
import {
  Reachability,
  type RepositoryView,
} from '../../../../../src/storage/protocol/collect/reachability.js';
import { MemoryPublishSteps } from '../../../../../src/storage/memory/memory-steps.js';
import { Shelf, type Linked } from '../../../../../src/storage/memory/shelf.js';
import { type StoredEntry } from '../../../../../src/storage/protocol/collect/garbage-store.js';
import { type CollectedEntry } from '../../../../../src/storage/ports/collector.js';
import { type TagName } from '../../../../../src/domain/reference.js';
import { type TagStore, type TaggedManifest } from '../../../../../src/storage/ports/tag-store.js';
import { type Publication } from '../../../../../src/storage/ports/manifest-store.js';
import { collect } from '../../../../../src/storage/contract/fixtures.js';
import { replace } from './observed-memory.js';

/** Puts a fault into the protocol; the answer takes it out again. */
export type Fault = () => () => void;

/** What was set aside goes without a second look. */
export const noSecondLook: Fault = () => {
  interface Decides {
    decide(
      view: RepositoryView,
      pass: string,
      entries: readonly StoredEntry[],
    ): AsyncGenerator<CollectedEntry>;
  }
  return replace(RepositoryCollector.prototype as unknown as Decides, 'decide', () => {
    return async function* ({ repository, garbage }, pass, entries) {
      for (const entry of entries) {
        const freed = await garbage.drop(pass, entry);
        yield { ...entry, repository, freed };
      }
    };
  });
};

/** A publisher looks for the content first, and writes down what it intends only then. */
export const lookBeforeIntent: Fault = () => {
  return replace(MemoryPublishSteps.prototype, 'writeIntent', (write) => {
    return async function (this: MemoryPublishSteps, bytes: Uint8Array) {
      // The instance's own methods stand before those of the prototype.
      Object.assign(this, placingLate(this, write));
      return bytes;
    };
  });
};

function placingLate(
  steps: MemoryPublishSteps,
  write: (this: MemoryPublishSteps, bytes: Uint8Array) => Promise<Uint8Array>,
): Pick<MemoryPublishSteps, 'placeManifest'> {
  return {
    placeManifest: async (bytes: Uint8Array, what: Publication) => {
      const intent = await write.call(steps, bytes);
      const created = await MemoryPublishSteps.prototype.placeManifest.call(steps, intent, what);
      await steps.removeIntent(intent);
      return created;
    },
  };
}

/** A collector reads the names that there are, and only then what is being published. */
export const namesBeforeIntents: Fault = () => readEarly(true);

/** The same with the tags alone. */
export const tagsBeforeIntents: Fault = () => readEarly(false);

function readEarly(manifestsToo: boolean): () => void {
  return replace(Reachability, 'look', (look) => async (view, ...rest) => {
    const early = { ...view, tags: await earlyTags(view) };
    const all = manifestsToo ? { ...early, ...(await earlyManifests(view)) } : early;
    return look.call(Reachability, all, ...rest);
  });
}

async function earlyTags({ tags, repository }: RepositoryView): Promise<TagStore> {
  const found = new Map<TagName, TaggedManifest | undefined>();
  for await (const name of tags.list(repository)) {
    found.set(name, await tags.resolve(repository, name));
  }
  return instead(tags, {
    list: () => listed([...found.keys()]),
    resolve: async (_, name) => found.get(name),
  });
}

async function earlyManifests({
  manifests,
  garbage,
  repository,
}: RepositoryView): Promise<Pick<RepositoryView, 'manifests' | 'garbage'>> {
  const digests = await collect(manifests.digests(repository));
  const aside = await collect(garbage.aside());
  digests.push(...(await collect(manifests.digests(repository))));
  return {
    manifests: instead(manifests, { digests: () => listed(digests) }),
    garbage: instead(garbage, { aside: () => listed(aside) }),
  };
}

function instead<T extends object>(port: T, methods: Partial<T>): T {
  return Object.assign(Object.create(port) as T, methods);
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* await Promise.resolve(items);
}

/** A collector takes things from their places even where it could not take hold of them. */
export const unlinkAfterFailedLink: Fault = () =>
  replace(Shelf.prototype as Shelf<Linked>, 'linkAside', (link) => {
    return function (this: Shelf<Linked>, pass, key) {
      link.call(this, pass, key);
      return true;
    };
  });

/** Nobody takes back what a collector has set aside. */
export const noRescue: Fault = () =>
  replace(Shelf.prototype as Shelf<Linked>, 'rescue', () => () => false);
