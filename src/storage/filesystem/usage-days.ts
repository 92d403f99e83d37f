import { join } from 'node:path';

import { type Lease } from '../ports/lease.js';
import { type PullsByDay } from '../ports/usage-store.js';
import { addPulls, forgetDays } from '../protocol/pulls-by-day.js';
import { type Durability } from './disk/durability.js';
import { allNames } from './disk/list-names.js';
import { ReadFiles } from './disk/read-files.js';
import { readHours, readUsageFile } from './usage-files.js';
import { DAYS, decodeDays, encodeDays, isHourFile, type HourUsage } from './usage-records.js';

/** How much memory the pulls by day take, and those of one day. Estimates. */
const MAX_CACHED_BYTES = 8 * 1024 ** 2;
const BYTES_PER_DAY = 50;

/** The files of past hours in a directory, and all names there, which were read before. */
export interface PastHours {
  readonly directory: string;
  readonly names: readonly string[];
  readonly hours: ReadonlyMap<string, HourUsage>;
}

/** The pulls by day in the directories of usage: `days.json` and the files of hours that it does not name. */
export class UsageDays {
  private readonly known = new ReadFiles<PullsByDay>({
    maxBytes: MAX_CACHED_BYTES,
    bytesOf: ({ size }) => size * BYTES_PER_DAY,
  });

  constructor(private readonly durability: Durability) {}

  /** Resolves to the pulls by day of a directory. Unless somebody pulls, that costs one stat. */
  async of(directory: string): Promise<PullsByDay> {
    // Files are only replaced by a rename, which changes the directory.
    return this.known.get([directory], async () => {
      const hours = await readHours(directory, (await allNames(directory)).filter(isHourFile));
      // Read last: a fold that merges a file meanwhile names it here.
      const { byDay, folded } = decodeDays(await readUsageFile(join(directory, DAYS)));
      for (const [name, hour] of hours) if (!folded.includes(name)) merge(byDay, hour.byDay);
      return byDay;
    });
  }

  /**
   * Merges the files of past hours into `days.json`, whose name becomes durable with the directory. Resolves to whether all of them are
   * part of it: not if the lease was lost before.
   *
   * @param now the time in milliseconds since the epoch
   */
  async fold(
    { directory, names, hours }: PastHours,
    lease: Pick<Lease, 'holds'>,
    now: number,
  ): Promise<boolean> {
    const path = join(directory, DAYS);
    const { byDay, folded } = decodeDays(await readUsageFile(path));
    const added = [...hours].filter(
      ([name, hour]) => hour.byDay.size > 0 && !folded.includes(name),
    );
    if (added.length === 0) return true;
    for (const [, hour] of added) merge(byDay, hour.byDay);
    forgetDays(byDay, now);
    if (!lease.holds) return false;
    const left = folded.filter((name) => names.includes(name));
    const next = { byDay, folded: [...left, ...added.map(([name]) => name)] };
    await this.durability.replaceFile(path, encodeDays(next));
    return true;
  }
}

function merge(into: Map<number, number>, from: PullsByDay): void {
  for (const [day, pulls] of from) addPulls(into, day, pulls);
}
