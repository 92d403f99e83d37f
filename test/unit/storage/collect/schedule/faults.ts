import { type Digest } from '../../../../../src/domain/digest.js';
import { IndexSearch } from '../../../../../src/storage/protocol/collect/index-search.js';
import { RepositoryCollector } from '../../../../../src/storage/protocol/collect/repository-collector.js';
import { Reachability } from '../../../../../src/storage/protocol/collect/reachability.js';
import { type RepositoryView } from '../../../../../src/storage/protocol/collect/repository-reads.js';
import { MemoryGarbageStore } from '../../../../../src/storage/memory/garbage-store.js';
import { MemoryPublishSteps } from '../../../../../src/storage/memory/memory-steps.js';
import { Shelf, type Linked } from '../../../../../src/storage/memory/shelf.js';
import {
  type RepositoryGarbage,
  type StoredEntry,
} from '../../../../../src/storage/protocol/collect/garbage-store.js';
import { type CollectedEntry } from '../../../../../src/storage/ports/collector.js';
import { type Publication } from '../../../../../src/storage/ports/manifest-store.js';
import { collect } from '../../../../../src/storage/contract/fixtures.js';
import { replace } from './observed-memory.js';

/** Adds a fault to the protocol. Returns a function that removes it. */
export type Fault = () => () => void;

/** The collector deletes entries that were set aside without a second look. */
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

/** A deletion removes the manifest that it set aside without a second look for indexes. */
export const noSecondSearch: Fault = () => {
  const searched = new WeakSet<IndexSearch>();
  return replace(IndexSearch.prototype, 'find', (find) => {
    return async function (this: IndexSearch, digest: Digest) {
      if (searched.has(this)) return undefined;
      searched.add(this);
      return find.call(this, digest);
    };
  });
};

/** The publisher looks for the content before it writes its intent. */
export const lookBeforeIntent: Fault = () => {
  return replace(MemoryPublishSteps.prototype, 'writeIntent', (write) => {
    return async function (this: MemoryPublishSteps, bytes: Uint8Array) {
      // Methods of the instance have precedence over those of the prototype.
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

/** The collector reads tags and manifests before it reads the intents. */
export const namesBeforeIntents: Fault = () => readEarly(true);

/** The collector reads only the tags before it reads the intents. */
export const tagsBeforeIntents: Fault = () => readEarly(false);

function readEarly(manifestsToo: boolean): () => void {
  return replace(Reachability, 'look', (look) => async (view, ...rest) => {
    const tags = await collect(view.garbage.tags());
    const garbage = { tags: () => listed(tags), ...(manifestsToo && (await earlyAside(view))) };
    const manifests = manifestsToo ? await earlyManifests(view) : {};
    const early = { ...view, garbage: instead(view.garbage, garbage), ...manifests };
    return look.call(Reachability, early, ...rest);
  });
}

async function earlyAside({ garbage }: RepositoryView): Promise<Pick<RepositoryGarbage, 'aside'>> {
  const aside = await collect(garbage.aside());
  return { aside: () => listed(aside) };
}

async function earlyManifests({
  manifests,
  repository,
}: RepositoryView): Promise<Pick<RepositoryView, 'manifests'>> {
  const digests = await collect(manifests.digests(repository));
  digests.push(...(await collect(manifests.digests(repository))));
  return { manifests: instead(manifests, { digests: () => listed(digests) }) };
}

function instead<T extends object>(port: T, methods: Partial<T>): T {
  return Object.assign(Object.create(port) as T, methods);
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* await Promise.resolve(items);
}

/** The parts of the collector's view that the next fault uses. */
interface InnerGarbage {
  shelf(entry: StoredEntry): Shelf<Linked>;
  beforeStep(): Promise<void>;
}

/** The collector links an entry aside, and removes what its place holds by then in a second step. */
export const moveInTwoSteps: Fault = () =>
  replace(MemoryGarbageStore.prototype, 'of', (of) => {
    return function (this: MemoryGarbageStore, repository) {
      const garbage = of.call(this, repository);
      const inner = garbage as unknown as InnerGarbage;
      const setAside = async (pass: string, entries: readonly StoredEntry[]) => {
        const moved = await garbage.setAside(pass, entries);
        for (const entry of moved) inner.shelf(entry).restore(pass, `${entry.digest}`);
        await inner.beforeStep();
        for (const entry of moved) inner.shelf(entry).remove(`${entry.digest}`);
        return moved;
      };
      return instead(garbage, { setAside });
    };
  });

/** Clients do not restore entries that a collector has set aside. */
export const noRescue: Fault = () =>
  replace(Shelf.prototype as Shelf<Linked>, 'rescue', () => () => false);
