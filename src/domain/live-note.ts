import { isJsonObject, tryParseJson } from './descriptor.js';
import { type EventOrigin } from './registry-event.js';

/** What every part of a note has. */
interface Noted {
  /** Unique among all processes. The same in later notes about the same thing. */
  readonly id: string;
  /** When it last changed, in ISO 8601. */
  readonly time: string;
}

/** The download of a large blob, in progress or just over. */
export interface NotedPull extends Noted {
  readonly repository: string;
  readonly digest: string;
  readonly sentBytes: number;
  /** How many bytes the client asked for. */
  readonly totalBytes: number;
  /** The login of the client, if there is one. */
  readonly by?: string;
  /** How it ended: with all bytes, or because the client left. Absent while it goes on. */
  readonly ended?: 'complete' | 'cut';
}

/** A blob that a client did not have to push. */
export interface NotedReuse extends Noted {
  readonly repository: string;
  readonly digest: string;
  /** Whether the repository has had it, or got it from another repository. */
  readonly how: 'exists' | 'mounted';
  /** In bytes. Absent if it is not known. */
  readonly size?: number;
  readonly by?: string;
}

/** A request of an image client that failed, and how often it did lately. */
export interface NotedFailure extends Noted {
  readonly repository?: string;
  /** The tag or the digest. */
  readonly reference?: string;
  readonly attempt: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What the client was given as explanation. Absent if that is long. */
  readonly detail?: unknown;
  readonly times: number;
  readonly by?: string;
  readonly origin: EventOrigin;
}

/** What one process says about the present moment, for all who look. */
export interface LiveNote {
  readonly pulls: readonly NotedPull[];
  readonly reuses: readonly NotedReuse[];
  readonly failures: readonly NotedFailure[];
}

/** Parses a note. Returns `undefined` for a text that is not one, such as that of a process of another version. */
export function parseLiveNote(text: string): LiveNote | undefined {
  const json = tryParseJson(Buffer.from(text));
  if (!isJsonObject(json)) return undefined;
  const parts = [json['pulls'], json['reuses'], json['failures']];
  const isWhole = parts.every((part) => Array.isArray(part) && part.every(isNoted));
  return isWhole ? (json as unknown as LiveNote) : undefined;
}

function isNoted(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return typeof value['id'] === 'string' && typeof value['time'] === 'string';
}
