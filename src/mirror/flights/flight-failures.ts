import { RemoteFailure } from '../../client/registry-client.js';
import { RegistryError } from '../../domain/errors.js';
import { type PartLog } from '../../log/log.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { asRegistryError } from '../upstream/failures.js';
import { type Upstream } from '../upstream/upstream.js';
import { type Wanted } from './download.js';

/** Who reports the failures of a download. */
interface Reporter {
  readonly upstream: Upstream;
  readonly plan: Pick<MirrorPlan, 'name'>;
  readonly log: PartLog;
  /** Is given when the registry stops. */
  readonly signal: AbortSignal;
}

/** Nothing may be stored now, because the registry is read-only. */
export class ReadOnlyNow extends Error {
  override readonly name = 'ReadOnlyNow';
}

/** Why a blob cannot be stored, although it can be passed on. */
export type Unstorable = RegistryError | ReadOnlyNow;

/** Whether it is such an error. */
export function isUnstorable(error: unknown): error is Unstorable {
  return error instanceof ReadOnlyNow || isFull(error);
}

/** Whether the storage has no room. */
export function isFull(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.kind === 'storage-full';
}

/** Logs why a blob was not stored, or not passed on. */
export function reportFailure(
  error: unknown,
  { remote, digest }: Wanted,
  { plan, log, signal }: Reporter,
  aim = 'stored',
): void {
  if (signal.aborted || !(error instanceof Error)) return;
  const line = `${plan.name}: ${digest} of ${remote} was not ${aim}: ${error.message}`;
  if (error instanceof RemoteFailure || error instanceof RegistryError) log.warn(line);
  else log.error(line, error.stack);
}

/** Returns what a reader's client gets for an error. */
export function shownFailure(error: unknown, { signal, upstream }: Reporter): unknown {
  if (!signal.aborted) return asRegistryError(error, upstream, 'blob-unknown');
  const message = 'the registry stops while it downloads this blob';
  const detail = { retryAfter: 1, advice: 'try again' };
  return new RegistryError('upstream-unavailable', message, detail, { cause: error });
}
