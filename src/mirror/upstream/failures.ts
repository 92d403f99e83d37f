import { RemoteFailure } from '../../client/registry-client.js';
import { RegistryError, type FailureKind } from '../../domain/errors.js';
import { type Upstream } from './upstream.js';

/** The kinds of content that an upstream may refuse. For clients of the mirror it does not exist. */
export type Unknown = Extract<FailureKind, 'manifest-unknown' | 'blob-unknown' | 'name-unknown'>;

/** Returns the error that clients get for a failure of the upstream. Any other error is returned as it is. */
export function asRegistryError(error: unknown, upstream: Upstream, refusedAs: Unknown): unknown {
  if (!(error instanceof RemoteFailure)) return error;
  const { kind, message, retryAfterMs = 0 } = error;
  if (kind === 'refused') {
    // A client that got the upstream's 401 would ask people for a login.
    const advice = 'the log of the registry says why';
    return new RegistryError(
      refusedAs,
      'the upstream refuses this content',
      { advice },
      { cause: error },
    );
  }
  const last = upstream.lastAnswered?.toISOString();
  const detail = {
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    ...(last === undefined ? {} : { lastAnswered: last }),
    advice: 'try again later: content that is stored is served meanwhile',
  };
  const shown = kind === 'limited' ? 'upstream-limited' : 'upstream-unavailable';
  return new RegistryError(shown, message, detail, { cause: error });
}

/** Answers a client by asking the upstream. @throws RegistryError for its failures */
export async function answering<T>(
  upstream: Upstream,
  refusedAs: Unknown,
  question: () => Promise<T>,
): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw asRegistryError(error, upstream, refusedAs);
  }
}
