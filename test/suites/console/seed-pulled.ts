import { type RepositoryName } from '../../../src/domain/repository-name.js';
import { buildIndex, publish, repo } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

const DAY_MS = 86_400_000;

/** Pulls, and how many days ago they were. */
type PullsOfDay = readonly [pulls: number, daysAgo: number];

/** Writes a store with `team/pulled`, which was pulled 1,207 times in the last 30 days, and `team/idle`, which was not pulled. */
export async function seedPulled(directory: string): Promise<void> {
  await withStorage(directory, async (storage) => {
    for (const name of ['team/idle', 'team/pulled']) {
      await publish(storage, repo(name), buildIndex().bytes);
    }
    await addPulls(storage, repo('team/pulled'), [
      [5, 0],
      [1_200, 3],
      [2, 20],
      [9, 50],
    ]);
  });
}

/** Adds pulls of the last weeks to the repositories that a store has, also while it is served: more to those that come first. */
export async function seedPulls(directory: string): Promise<void> {
  await withStorage(directory, async (storage) => {
    let place = 0;
    for await (const repository of storage.catalog.list()) {
      place++;
      const days = Array.from({ length: 30 }, (_, ago): PullsOfDay => {
        // On work days more than at weekends, and growing.
        const wave = ago % 7 < 5 ? 40 : 6;
        return [Math.floor((wave * (40 - ago) * (1 + ((ago * place) % 3))) / (place * 12)), ago];
      });
      await addPulls(storage, repository, days);
    }
  });
}

async function withStorage(
  directory: string,
  work: (storage: Storage) => Promise<void>,
): Promise<void> {
  const storage = openFilesystemStorage({ path: directory, fsync: false });
  try {
    await work(storage);
  } finally {
    await storage.close();
  }
}

/** Adds pulls of the first manifest. */
async function addPulls(
  storage: Storage,
  repository: RepositoryName,
  days: readonly PullsOfDay[],
): Promise<void> {
  for await (const digest of storage.manifests.digests(repository)) {
    const added = days.map(([pulls, daysAgo]) => {
      return { digest, pulls, lastPulledAt: Date.now() - daysAgo * DAY_MS };
    });
    return storage.usage.add(repository, added);
  }
}
