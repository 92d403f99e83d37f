import { isJsonObject } from '../../domain/descriptor.js';
import { type Usage } from '../ports/usage-store.js';
import { parseObject } from './records.js';

/** The file with what was merged. */
export const TOTAL = 'total.json';

const HOUR_MS = 3_600_000;

/** Usage by the texts of digests. */
export type UsageByDigest = Map<string, Usage>;

/** The merged usage of a repository. `folded` names the files that are part of it, although they may still exist. */
export interface TotalUsage {
  readonly usage: UsageByDigest;
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

export function encodeUsage(usage: UsageByDigest): Buffer {
  return Buffer.from(JSON.stringify(asJson(usage)));
}

export function encodeTotal({ usage, folded }: TotalUsage): Buffer {
  return Buffer.from(JSON.stringify({ folded, usage: asJson(usage) }));
}

/** Parses the file of an hour. One that a power cut left incomplete has no pulls. */
export function decodeUsage(bytes: Uint8Array | undefined): UsageByDigest {
  return usageOf(bytes && parseObject(bytes));
}

/** Parses the merged usage. It is empty before the first merge. */
export function decodeTotal(bytes: Uint8Array | undefined): TotalUsage {
  const { folded, usage } = (bytes && parseObject(bytes)) ?? {};
  const names = Array.isArray(folded) ? folded.map(String) : [];
  return { folded: names, usage: usageOf(isJsonObject(usage) ? usage : undefined) };
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
