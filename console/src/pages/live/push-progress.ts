import { type ReusedBlob, type UploadProgress } from '../../api/live/live-message.js';
import { rateOf } from './rate.js';

/** How far the upload of one layer or config is. Times in milliseconds since the epoch. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  readonly by: string | undefined;
  readonly receivedBytes: number;
  /** Not known after the first look. */
  readonly bytesPerSecond: number | undefined;
  readonly at: number;
  readonly hasEnded: boolean;
}

/** The uploads of one person to one repository, and the blobs that were not needed. */
export interface PushInProgress {
  readonly key: string;
  readonly repository: string;
  readonly by: string | undefined;
  readonly uploads: readonly Upload[];
  readonly reused: readonly ReusedBlob[];
}

export type Uploads = ReadonlyMap<string, Upload>;

/** Blobs that pushes did not have to send, by their ids. */
export type Reuses = ReadonlyMap<string, ReusedBlob>;

/** How long an upload that is over is shown, and one of which nothing is heard. */
const ENDED_SHOWN_MS = 4_000;
const SILENT_SHOWN_MS = 60_000;

/** How long a blob that was not needed is shown. A client asks for all of them before it sends the others. */
const REUSED_SHOWN_MS = 30_000;

/** Returns the uploads after one more look at one of them. */
export function withProgress(
  uploads: Uploads,
  { repository, time, data }: UploadProgress,
): Uploads {
  const { upload: id, receivedBytes, by, ended = false } = data;
  const at = Date.parse(time);
  const before = uploads.get(id);
  const measured = before && { ...before, bytes: before.receivedBytes };
  const next: Upload = {
    id,
    repository,
    by,
    receivedBytes,
    bytesPerSecond: ended ? before?.bytesPerSecond : rateOf(measured, receivedBytes, at),
    at,
    hasEnded: ended,
  };
  return new Map([...uploads, [id, next]]);
}

/** Returns the uploads that are still worth a look. The same map if all are. */
export function withoutOld(uploads: Uploads, now: number): Uploads {
  const kept = [...uploads].filter(([, { at, hasEnded }]) => {
    return now - at < (hasEnded ? ENDED_SHOWN_MS : SILENT_SHOWN_MS);
  });
  return kept.length === uploads.size ? uploads : new Map(kept);
}

/** Returns the blobs that were not needed a moment ago. The same map if all are. */
export function withoutOldReuses(reuses: Reuses, now: number): Reuses {
  const kept = [...reuses].filter(([, { time }]) => now - Date.parse(time) < REUSED_SHOWN_MS);
  return kept.length === reuses.size ? reuses : new Map(kept);
}

/** Returns the uploads by repository and person, in the order in which they began, with the blobs that were not needed. */
export function pushesOf(uploads: Uploads, reuses: Reuses = new Map()): PushInProgress[] {
  const pushes = new Map<string, PushInProgress & { uploads: Upload[]; reused: ReusedBlob[] }>();
  const pushOf = (repository: string, by: string | undefined) => {
    const key = `${repository} ${by ?? ''}`;
    const push = pushes.get(key) ?? { key, repository, by, uploads: [], reused: [] };
    pushes.set(key, push);
    return push;
  };
  for (const upload of uploads.values()) pushOf(upload.repository, upload.by).uploads.push(upload);
  for (const reuse of reuses.values()) pushOf(reuse.repository, reuse.data.by).reused.push(reuse);
  return [...pushes.values()];
}

/** Says how many blobs a push did not have to send, or returns an empty text. */
export function reusedText(reused: readonly ReusedBlob[]): string {
  // A client may ask for the same blob more than once.
  const countOf = (how: ReusedBlob['data']['how']): number =>
    new Set(reused.filter(({ data }) => data.how === how).map(({ data }) => data.digest)).size;
  const [exists, mounted] = [countOf('exists'), countOf('mounted')];
  return [
    ...(exists === 0 ? [] : [`${exists} already there`]),
    ...(mounted === 0 ? [] : [`${mounted} mounted from another repository`]),
  ].join(', ');
}

/** Returns what a push has sent, and how fast it is now. */
export function totalOf({ uploads }: PushInProgress): {
  readonly receivedBytes: number;
  readonly bytesPerSecond: number;
} {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const running = uploads.filter(({ hasEnded }) => !hasEnded);
  return {
    receivedBytes: sum(uploads.map(({ receivedBytes }) => receivedBytes)),
    bytesPerSecond: sum(running.map(({ bytesPerSecond = 0 }) => bytesPerSecond)),
  };
}
