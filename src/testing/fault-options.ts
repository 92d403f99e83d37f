import {
  checkFields,
  integer,
  RECORD,
  TEXT,
  TEXTS_BY_NAME,
  type Fields,
} from './check-arguments.js';
import { checkFilter, type RequestFilter } from './seen-request.js';

/**
 * A fault: at most one of the fields up to `corruptByte`, and optionally a delay.
 *
 * Sizes are in bytes.
 */
export interface FaultOptions {
  /** Responds with this status and an error body of the OCI Distribution Specification, "Error Codes". */
  readonly status?: number;
  /** Responds with 404 `BLOB_UNKNOWN` to every GET and HEAD of a blob. */
  readonly missingBlob?: true;
  /**
   * Responds with 401 and this `WWW-Authenticate`, such as `Bearer
   * realm="https://auth.example/token",service="registry"`.
   */
  readonly challenge?: string;
  /** Responds with 429 and this `Retry-After`, in seconds. */
  readonly retryAfter?: number;
  /** Closes the connection after this many bytes of the response body. A shorter body is sent whole. */
  readonly cutAfter?: number;
  /** Closes the connection after this many bytes of the request body. The registry keeps what came before. */
  readonly cutUploadAfter?: number;
  /** Changes the byte at this offset of the response body, from 0 on. The length stays, the digest does not. */
  readonly corruptByte?: number;

  /** Waits this many milliseconds before anything else happens. */
  readonly delayMs?: number;
  /** With `status`: the code in the error body. */
  readonly code?: string;
  /** With `status`: headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;

  /** The requests that the fault applies to; all by default. */
  readonly on?: RequestFilter;
  /** How many requests the fault applies to; by default all until it is removed. */
  readonly times?: number;
}

/** A response that replaces the registry's. */
export interface FaultyAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What happens to one request. */
export interface FaultPlan {
  readonly delayMs: number;
  readonly answer?: FaultyAnswer;
  readonly cutAfter?: number;
  readonly cutUploadAfter?: number;
  readonly corruptByte?: number;
}

const KINDS = [
  'status',
  'missingBlob',
  'challenge',
  'retryAfter',
  'cutAfter',
  'cutUploadAfter',
  'corruptByte',
] as const satisfies readonly (keyof FaultOptions)[];

const SIZE = integer(0);

/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

const FIELDS: Fields<FaultOptions> = {
  status: integer(200, 599),
  missingBlob: { allowed: 'true', fits: (value) => value === true },
  challenge: TEXT,
  retryAfter: SIZE,
  cutAfter: SIZE,
  cutUploadAfter: SIZE,
  corruptByte: SIZE,
  delayMs: integer(0, MAX_DELAY_MS),
  code: TEXT,
  headers: TEXTS_BY_NAME,
  on: RECORD,
  times: SIZE,
};

/** The specification's codes by status. Other statuses have `UNKNOWN`, unless the fault sets a code. */
const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NAME_UNKNOWN',
  429: 'TOOMANYREQUESTS',
};

/** Returns the plan of a fault. @throws TypeError that says what is wrong with `options` */
export function planOf(options: FaultOptions): FaultPlan {
  checkFields<FaultOptions>('a fault', options, FIELDS);
  checkFilter(options.on ?? {});
  const named = KINDS.filter((kind) => options[kind] !== undefined);
  if (named.length > 1 || (named.length === 0 && options.delayMs === undefined)) {
    const found = named.length === 0 ? 'none' : named.join(' and ');
    throw new TypeError(`a fault has a delayMs, or one of ${KINDS.join(', ')}; this has ${found}`);
  }
  const { delayMs = 0, cutAfter, cutUploadAfter, corruptByte } = options;
  const answer = answerOf(options);
  return {
    delayMs,
    ...(answer === undefined ? {} : { answer }),
    ...(cutAfter === undefined ? {} : { cutAfter }),
    ...(cutUploadAfter === undefined ? {} : { cutUploadAfter }),
    ...(corruptByte === undefined ? {} : { corruptByte }),
  };
}

function answerOf(options: FaultOptions): FaultyAnswer | undefined {
  const { status, missingBlob, challenge, retryAfter, headers = {} } = options;
  const message = 'a fault that the test requested';
  if (missingBlob === true) return { status: 404, code: 'BLOB_UNKNOWN', message, headers };
  if (challenge !== undefined) {
    const all = { ...headers, 'WWW-Authenticate': challenge };
    return { status: 401, code: 'UNAUTHORIZED', message, headers: all };
  }
  if (retryAfter !== undefined) {
    const all = { ...headers, 'Retry-After': String(retryAfter) };
    return { status: 429, code: 'TOOMANYREQUESTS', message, headers: all };
  }
  if (status === undefined) return undefined;
  return { status, code: options.code ?? CODES[status] ?? 'UNKNOWN', message, headers };
}
