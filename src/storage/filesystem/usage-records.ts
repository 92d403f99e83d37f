import { isJsonObject, tryParseJsonObject } from '../../domain/descriptor.js';
import { type PullsByDay, type Usage } from '../ports/usage-store.js';
import { beginOf, dayOf } from '../protocol/pulls-by-day.js';

/** The file with what was merged. */
export const TOTAL = 'total.json';

/** The file with the merged pulls by day. Older programs, which do not know it, would drop them from `TOTAL`. */
export const DAYS = 'days.json';

const HOUR_MS = 3_600_000;

/** Usage by the texts of digests. */
export type UsageByDigest = Map<string, Usage>;

/** What a process counted in one hour. */
export interface HourUsage {
  readonly usage: UsageByDigest;
  readonly byDay: Map<number, number>;
}

/** The merged usage of a repository. `folded` names the files that are part of it, although they may still exist. */
export interface TotalUsage {
  readonly usage: UsageByDigest;
  readonly folded: readonly string[];
}

/** The merged pulls of a repository by day. `folded` has the same meaning. */
export interface TotalByDay {
  readonly byDay: Map<number, number>;
  readonly folded: readonly string[];
}

/** Returns the name of the file in which a process counts at `now`. */
export function hourFile(now: number, process: string): string {
  return `${Math.floor(now / HOUR_MS)}.${process}.json`;
}

/** Returns whether a file is that of some hour. */
export function isHourFile(name: string): boolean {
  return /^\d+\.[\w~]+\.json$/.test(name);
}

/** Returns whether nothing will be added to the file any more: its hour ended at least an hour ago. */
export function isFinished(name: string, now: number): boolean {
  return isHourFile(name) && Number.parseInt(name, 10) < Math.floor(now / HOUR_MS) - 1;
}

export function encodeHour({ usage, byDay }: HourUsage): Buffer {
  // Older programs skip what is not the usage of a digest.
  return Buffer.from(JSON.stringify({ days: daysAsJson(byDay), ...asJson(usage) }));
}

export function encodeTotal({ usage, folded }: TotalUsage): Buffer {
  return Buffer.from(JSON.stringify({ folded, usage: asJson(usage) }));
}

export function encodeDays({ byDay, folded }: TotalByDay): Buffer {
  return Buffer.from(JSON.stringify({ folded, days: daysAsJson(byDay) }));
}

/** Parses the file of an hour. One that a power cut left incomplete has no pulls, and that of an older program has no days. */
export function decodeHour(bytes: Uint8Array | undefined): HourUsage {
  const { days, ...usage } = (bytes && tryParseJsonObject(bytes)) ?? {};
  return { usage: usageOf(usage), byDay: daysOf(days) };
}

/** Parses the merged usage. It is empty before the first merge. */
export function decodeTotal(bytes: Uint8Array | undefined): TotalUsage {
  const { folded, usage } = (bytes && tryParseJsonObject(bytes)) ?? {};
  return { folded: namesIn(folded), usage: usageOf(isJsonObject(usage) ? usage : undefined) };
}

/** Parses the merged pulls by day. They are empty before the first merge. */
export function decodeDays(bytes: Uint8Array | undefined): TotalByDay {
  const { folded, days } = (bytes && tryParseJsonObject(bytes)) ?? {};
  return { folded: namesIn(folded), byDay: daysOf(days) };
}

function namesIn(folded: unknown): string[] {
  return Array.isArray(folded) ? folded.map(String) : [];
}

function daysAsJson(byDay: PullsByDay): object {
  const entries = [...byDay].map(([day, pulls]) => {
    return [new Date(beginOf(day)).toISOString().slice(0, 'YYYY-MM-DD'.length), pulls];
  });
  return Object.fromEntries(entries) as object;
}

function daysOf(json: unknown): Map<number, number> {
  const byDay = new Map<number, number>();
  for (const [date, value] of Object.entries(isJsonObject(json) ? json : {})) {
    const [begin, pulls] = [Date.parse(date), Number(value)];
    if (Number.isFinite(begin + pulls)) byDay.set(dayOf(begin), pulls);
  }
  return byDay;
}

function asJson(usage: UsageByDigest): object {
  const entries = [...usage].map(([digest, { pulls, lastPulledAt }]) => {
    return [digest, { pulls, lastPulledAt: new Date(lastPulledAt).toISOString() }];
  });
  return Object.fromEntries(entries) as object;
}

function usageOf(json: Readonly<Record<string, unknown>> | undefined): UsageByDigest {
  const usage: UsageByDigest = new Map();
  for (const [digest, value] of Object.entries(json ?? {})) {
    if (!isJsonObject(value)) continue;
    const lastPulledAt = Date.parse(String(value['lastPulledAt']));
    const pulls = Number(value['pulls']);
    if (Number.isFinite(pulls + lastPulledAt)) usage.set(digest, { pulls, lastPulledAt });
  }
  return usage;
}
