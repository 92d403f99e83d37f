import { safeText } from '../log/safe-text.js';
import { RemoteFailure, type RemoteFailureKind } from './registry-client.js';
import { type TransportResponse } from './transport.js';

const DAY_MS = 86_400_000;

const UNKNOWN_AUTHORITY =
  'its certificate is signed by an unknown CA; name the file of the CA in the mirror: ca: FILE';
const ENDED = 'it ended the connection';
const SILENT = 'it does not respond';

/** What the codes of Node's and undici's errors mean. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'its name does not exist in DNS'],
  ['EAI_AGAIN', 'its name cannot be resolved, because DNS does not respond'],
  ['ECONNREFUSED', 'it refuses connections'],
  ['ECONNRESET', ENDED],
  ['EPIPE', ENDED],
  ['UND_ERR_SOCKET', ENDED],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'it sent less or more than it announced'],
  ['ENETUNREACH', 'its network is unreachable'],
  ['EHOSTUNREACH', 'its address is unreachable'],
  ['ETIMEDOUT', SILENT],
  ['UND_ERR_CONNECT_TIMEOUT', SILENT],
  ['UND_ERR_HEADERS_TIMEOUT', SILENT],
  ['UND_ERR_BODY_TIMEOUT', 'it stopped sending'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet; compare the clocks'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for other hosts'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
]);

/** Codes of a kept connection that the registry had already closed. The same request then succeeds on another one. */
const STALE_CONNECTION = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** Wrong certificates, also of a proxy. */
const OF_CERTIFICATES = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** No answer came in time. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

export function isStaleConnection(error: unknown): boolean {
  return STALE_CONNECTION.includes(codeOf(error));
}

export function isCertificateError(error: unknown): boolean {
  return OF_CERTIFICATES.test(codeOf(error));
}

/** How many characters of a reason, and of the name of some content, are shown: registries can send names of any length. */
const MAX_SHOWN = 600;

/** Describes one question to a registry, for the messages of its failures. */
export class Subject {
  constructor(
    readonly registry: string,
    /** What was asked for, such as `the manifest library/alpine:3`. */
    readonly content: string,
  ) {}

  /** Returns a failure with a message that begins with the registry and the content. What the registry sent is escaped and cut in it. */
  failure(
    kind: RemoteFailureKind,
    reason: string,
    options: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ): RemoteFailure {
    const { retryAfterMs, ...rest } = options;
    const message = `${this.registry} did not send ${shown(this.content)}: ${shown(reason)}`;
    // People see it in terminals, also apart from the log.
    return new RemoteFailure(kind, safeText(message), retryAfterMs, rest);
  }

  unavailable(reason: string): RemoteFailure {
    return this.failure('unavailable', reason);
  }

  /** Returns the failure for content that is not what it should be. */
  wrong(reason: string): RemoteFailure {
    return this.failure('wrong', reason);
  }

  /** Returns the failure that `error` means. A `RemoteFailure` stays as it is. */
  failureOf(error: unknown): RemoteFailure {
    if (error instanceof RemoteFailure) return error;
    return this.failure('unavailable', reasonOf(error), { cause: error });
  }
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** Errors of Node may be from another realm, so that `instanceof` is no use. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const known = REASONS.get(code);
  if (known !== undefined) return known;
  const { message } = error as Partial<Error>;
  // undici reports a refusal of the proxy in words alone.
  const [, status] = /^Proxy response \((\d+)\)/.exec(message ?? '') ?? [];
  if (status !== undefined) return `the proxy refuses the connection with ${status}`;
  return code === '' && message !== undefined ? message : `the request failed (${code})`;
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Reads `Retry-After`, in seconds or as a date. Returns milliseconds, at most a day. */
export function retryAfterMs(
  { 'retry-after': header }: TransportResponse['headers'],
  now = Date.now(),
): number | undefined {
  const text = [header].flat()[0]?.trim();
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), DAY_MS);
}
