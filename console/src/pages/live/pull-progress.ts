import { type PullProgress } from '../../api/live/live-message.js';
import { rateOf } from './rate.js';

/** How far the download of a blob is. Times in milliseconds since the epoch. */
export interface Pull {
  readonly id: string;
  readonly repository: string;
  readonly digest: string;
  readonly by: string | undefined;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number | undefined;
  readonly at: number;
  readonly ended: PullProgress['data']['ended'];
}

export type Pulls = ReadonlyMap<string, Pull>;

/** How long a download that is over is shown, and one of which nothing is heard. */
const ENDED_SHOWN_MS = 10_000;
const SILENT_SHOWN_MS = 60_000;

/** Returns the downloads after one more look at one of them. */
export function withPull(pulls: Pulls, { repository, time, data }: PullProgress): Pulls {
  const { pull: id, digest, by, sentBytes, totalBytes, ended } = data;
  const at = Date.parse(time);
  const before = pulls.get(id);
  const measured = before && { ...before, bytes: before.sentBytes };
  const bytesPerSecond =
    ended === undefined ? rateOf(measured, sentBytes, at) : before?.bytesPerSecond;
  const about = { id, repository, digest, by, sentBytes, totalBytes };
  return new Map([...pulls, [id, { ...about, bytesPerSecond, at, ended }]]);
}

/** Returns the downloads that are still worth a look. The same map if all are. */
export function withoutOldPulls(pulls: Pulls, now: number): Pulls {
  const kept = [...pulls].filter(
    ([, { at, ended }]) => now - at < (ended === undefined ? SILENT_SHOWN_MS : ENDED_SHOWN_MS),
  );
  return kept.length === pulls.size ? pulls : new Map(kept);
}
