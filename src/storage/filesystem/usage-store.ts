import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type RepositoryName } from '../../domain/repository-name.js';
import { hasCode, ignoreNotFound } from '../../files/errors.js';
import { type Lease } from '../ports/lease.js';
import { type ManifestStore } from '../ports/manifest-store.js';
import { UsageStore, type Pulls, type PullsByDay, type Usage } from '../ports/usage-store.js';
import { addUsage } from '../protocol/add-usage.js';
import { Failures } from '../protocol/collect/failures.js';
import { everyManifest } from '../protocol/collect/repository-reads.js';
import { type GarbageStore } from '../protocol/collect/garbage-store.js';
import { addPulls, dayOf, forgetDays } from '../protocol/pulls-by-day.js';
import { type Durability } from './disk/durability.js';
import { mapDiskFull, succeedsIfPresent } from './disk/fs-errors.js';
import { KeyedQueue } from './disk/keyed-queue.js';
import { allNames } from './disk/list-names.js';
import { ReadFiles } from './disk/read-files.js';
import { statOf } from './disk/small-files.js';
import { nonce, temporaryName } from './disk/temporary-names.js';
import { type Layout } from './layout.js';
import { UsageDays } from './usage-days.js';
import { readHours, readUsageFile } from './usage-files.js';
import {
  decodeHour,
  decodeTotal,
  encodeHour,
  encodeTotal,
  hourFile,
  isFinished,
  isHourFile,
  TOTAL,
  type TotalUsage,
  type UsageByDigest,
} from './usage-records.js';

/** How much memory each of the two caches takes, and each digest in them. Estimates. */
const MAX_CACHED_BYTES = 8 * 1024 ** 2;
const BYTES_PER_DIGEST = 300;

export interface UsageParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly garbage: GarbageStore;
  readonly manifests: ManifestStore;
}

/**
 * Counts pulls in a file for each process and hour, which only this process writes. A fold merges the files of past hours:
 * docs/storage-layout.md#usage.
 */
export class FileUsageStore extends UsageStore {
  private readonly process = nonce();
  private readonly queue = new KeyedQueue();
  private readonly merged = new ReadFiles<UsageByDigest>({
    maxBytes: MAX_CACHED_BYTES,
    bytesOf: ({ size }) => size * BYTES_PER_DIGEST,
  });
  private readonly totals = new ReadFiles<TotalUsage>({
    maxBytes: MAX_CACHED_BYTES,
    bytesOf: ({ usage }) => usage.size * BYTES_PER_DIGEST,
  });
  private readonly days: UsageDays;

  /** @param now the time in milliseconds since the epoch */
  constructor(
    private readonly parts: UsageParts,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.days = new UsageDays(parts.durability);
  }

  override async add(repository: RepositoryName, pulls: readonly Pulls[]): Promise<void> {
    const { layout } = this.parts;
    if (statOf(layout.manifests(repository)) === undefined) return;
    const directory = layout.usage(repository);
    // If a collector removes the repository meanwhile, its pulls need no place.
    if (!(await succeedsIfPresent(makeDirectory(directory)))) return;
    await this.queue.run(directory, () =>
      mapDiskFull(() => succeedsIfPresent(this.count(directory, pulls))),
    );
  }

  private async count(directory: string, pulls: readonly Pulls[]): Promise<void> {
    for (;;) {
      const now = this.now();
      const name = hourFile(now, this.process);
      const hour = decodeHour(await readUsageFile(join(directory, name)));
      for (const { digest, ...added } of pulls) {
        addUsage(hour.usage, `${digest}`, added);
        addPulls(hour.byDay, dayOf(added.lastPulledAt), added.pulls);
      }
      forgetDays(hour.byDay, now);
      const temporary = join(directory, temporaryName());
      try {
        await writeFile(temporary, encodeHour(hour));
        // A fold may have merged the file of an hour that has passed meanwhile.
        if (hourFile(this.now(), this.process) !== name) continue;
        return await rename(temporary, join(directory, name));
      } finally {
        await unlink(temporary).catch(ignoreNotFound);
      }
    }
  }

  override async of(repository: RepositoryName): Promise<ReadonlyMap<string, Usage>> {
    const directory = this.parts.layout.usage(repository);
    const names = (await allNames(directory)).filter(isHourFile);
    const paths = [...names, TOTAL].map((name) => join(directory, name));
    return this.merged.get(paths, async () => {
      const hours = await readHours(directory, names);
      // Read last: a fold that merges a file meanwhile names it here.
      const { usage, folded } = await this.totalIn(directory);
      const all = new Map(usage);
      for (const [name, hour] of hours) if (!folded.includes(name)) merge(all, hour.usage);
      return all;
    });
  }

  override async byDay(repository: RepositoryName): Promise<PullsByDay> {
    return this.days.of(this.parts.layout.usage(repository));
  }

  /** Resolves to the merged usage of past hours, which stays the same when somebody pulls. */
  private totalIn(directory: string): Promise<TotalUsage> {
    const path = join(directory, TOTAL);
    return this.totals.get([path], async () => decodeTotal(await readUsageFile(path)));
  }

  override async fold(lease: Pick<Lease, 'holds'> = { holds: true }): Promise<void> {
    const failures = new Failures();
    for await (const repository of this.parts.garbage.repositories()) {
      if (!lease.holds) break;
      await this.foldOne(repository, lease).catch((error: unknown) => failures.add(error));
    }
    failures.throwIfAny();
  }

  /** Stopped at any point, it leaves each file either outside of the total, or named by it; likewise for the pulls by day. */
  private async foldOne(repository: RepositoryName, lease: Pick<Lease, 'holds'>): Promise<void> {
    const directory = this.parts.layout.usage(repository);
    const names = await allNames(directory);
    if (names.length === 0) return;
    const now = this.now();
    const hours = await readHours(
      directory,
      names.filter((name) => isFinished(name, now)),
    );
    // Read after the files, as in `of`.
    const { usage, folded } = decodeTotal(await readUsageFile(join(directory, TOTAL)));
    const left = folded.filter((name) => names.includes(name));
    const added = [...hours].filter(([name]) => !folded.includes(name));
    for (const [, hour] of added) merge(usage, hour.usage);
    const gone = await this.forget(repository, usage);
    const merged = [...left, ...added.map(([name]) => name)];
    if (added.length + gone > 0) {
      if (!lease.holds) return;
      const next = encodeTotal({ usage, folded: merged });
      await this.parts.durability.replaceFile(join(directory, TOTAL), next);
    }
    if (!(await this.days.fold({ directory, names, hours }, lease, now))) return;
    if (merged.length + gone > 0) await this.parts.durability.syncDirectory(directory);
    for (const name of merged) await unlink(join(directory, name)).catch(ignoreNotFound);
  }

  /** Removes the manifests that no longer exist from `usage`. Resolves to how many there were. */
  private async forget(repository: RepositoryName, usage: UsageByDigest): Promise<number> {
    if (usage.size === 0) return 0;
    const { garbage, manifests } = this.parts;
    const gone = new Set(usage.keys());
    const view = { repository, garbage: garbage.of(repository), manifests };
    for await (const digest of everyManifest(view)) gone.delete(`${digest}`);
    for (const digest of gone) usage.delete(digest);
    return gone.size;
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
}

function merge(into: UsageByDigest, from: UsageByDigest): void {
  for (const [digest, usage] of from) addUsage(into, digest, usage);
}
