import { RemoteFailure } from '../../client/registry-client.js';
import { RegistryError, type FailureKind } from '../../domain/errors.js';
import { type Upstream } from './upstream.js';
import { WrongContent } from './wrong-content.js';

/** The kinds of content that an upstream may refuse. For clients of the mirror it does not exist. */
export type Unknown = Extract<FailureKind, 'manifest-unknown' | 'blob-unknown' | 'name-unknown'>;

/** After how many seconds a client may ask again for content that the upstream sent wrong. */
const WRONG_RETRY_S = 60;

/** Returns the error that clients get for a failure of the upstream. Any other error is returned as it is. */
export function asRegistryError(error: unknown, upstream: Upstream, refusedAs: Unknown): unknown {
  if (error instanceof WrongContent) {
    const detail = { retryAfter: WRONG_RETRY_S };
    return new RegistryError('upstream-unavailable', error.message, detail, { cause: error });
  }
  if (!(error instanceof RemoteFailure)) return error;
  return error.kind === 'refused'
    ? refused(error, refusedAs)
    : unanswered(error, upstream.lastAnswered);
}

/** A client that got the upstream's 401 would ask people for a login, and that login would be of no use. */
function refused(cause: RemoteFailure, kind: Unknown): RegistryError {
  const detail = { advice: 'the log of the registry says why' };
  return new RegistryError(kind, 'the upstream refuses this content', detail, { cause });
}

function unanswered(failure: RemoteFailure, lastAnswered: Date | undefined): RegistryError {
  const { kind, message, retryAfterMs = 0 } = failure;
  const detail = {
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    ...(lastAnswered === undefined ? {} : { lastAnswered: lastAnswered.toISOString() }),
    advice: 'try again later: content that is stored is served meanwhile',
  };
  const shown = kind === 'limited' ? 'upstream-limited' : 'upstream-unavailable';
  return new RegistryError(shown, message, detail, { cause: failure });
}
