import { type UploadProgress } from '../../api/live/live-message.js';

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

/** The uploads of one person to one repository. */
export interface PushInProgress {
  readonly key: string;
  readonly repository: string;
  readonly by: string | undefined;
  readonly uploads: readonly Upload[];
}

export type Uploads = ReadonlyMap<string, Upload>;

/** How long an upload that is over is shown, and one of which nothing is heard. */
const ENDED_SHOWN_MS = 4_000;
const SILENT_SHOWN_MS = 60_000;

/** How much the last second decides the rate. */
const WEIGHT = 0.5;

/** Returns the uploads after one more look at one of them. */
export function withProgress(
  uploads: Uploads,
  { repository, time, data }: UploadProgress,
): Uploads {
  const { upload: id, receivedBytes, by, ended = false } = data;
  const at = Date.parse(time);
  const before = uploads.get(id);
  const next: Upload = {
    id,
    repository,
    by,
    receivedBytes,
    bytesPerSecond: ended ? before?.bytesPerSecond : rateOf(before, receivedBytes, at),
    at,
    hasEnded: ended,
  };
  return new Map([...uploads, [id, next]]);
}

function rateOf(before: Upload | undefined, bytes: number, at: number): number | undefined {
  if (before === undefined || at <= before.at) return before?.bytesPerSecond;
  const last = Math.max(0, ((bytes - before.receivedBytes) * 1_000) / (at - before.at));
  const { bytesPerSecond = last } = before;
  return bytesPerSecond * (1 - WEIGHT) + last * WEIGHT;
}

/** Returns the uploads that are still worth a look. The same map if all are. */
export function withoutOld(uploads: Uploads, now: number): Uploads {
  const kept = [...uploads].filter(([, { at, hasEnded }]) => {
    return now - at < (hasEnded ? ENDED_SHOWN_MS : SILENT_SHOWN_MS);
  });
  return kept.length === uploads.size ? uploads : new Map(kept);
}

/** Returns the uploads by repository and person, in the order in which they began. */
export function pushesOf(uploads: Uploads): PushInProgress[] {
  const pushes = new Map<string, PushInProgress & { readonly uploads: Upload[] }>();
  for (const upload of uploads.values()) {
    const { repository, by } = upload;
    const key = `${repository} ${by ?? ''}`;
    const push = pushes.get(key) ?? { key, repository, by, uploads: [] };
    push.uploads.push(upload);
    pushes.set(key, push);
  }
  return [...pushes.values()];
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
