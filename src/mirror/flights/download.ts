import { setTimeout as delay } from 'node:timers/promises';

import { RemoteFailure, type RemoteBlob, type RemoteName } from '../../client/registry-client.js';
import { type Digest } from '../../domain/digest.js';
import { type Upstream } from '../upstream/upstream.js';
import { WrongContent } from '../upstream/wrong-content.js';
import { readAhead } from './read-ahead.js';

/** How often a download that broke is begun again, and after how many milliseconds at first. Each wait is twice the one before. */
const TRIES = 5;
const FIRST_WAIT_MS = 500;

/** A download that got this many bytes works, so that its next failure is a first one. */
const PROGRESS_BYTES = 1024 ** 2;

/** A blob to download. */
export interface Wanted {
  readonly remote: RemoteName;
  readonly digest: Digest;
  /** The size of the whole blob in bytes, or `undefined` if the upstream does not say. */
  readonly size: number | undefined;
}

export interface DownloadParts {
  readonly upstream: Upstream;
  /** Ends the download. */
  readonly signal: AbortSignal;
  /** Called when the bytes so far were used. */
  readonly onGrowth?: () => void;
  /** Called for the bytes that the upstream sends. */
  readonly onReceived: (bytes: number) => void;
  /** How many bytes the blob may have if nobody says its size. */
  readonly maxUnnamedBytes: number;
  readonly firstWaitMs?: number | undefined;
}

/** The bytes of a blob of another registry. What breaks off is continued where it ended. */
export class Download {
  private tries = 0;

  /** @param offset the first byte that is wanted, and then the next one */
  constructor(
    private readonly wanted: Wanted,
    private readonly parts: DownloadParts,
    private offset: number,
  ) {}

  /**
   * Yields all bytes from the first wanted one on, whose digest is not verified yet.
   *
   * @param begun the first part that was asked for
   * @throws WrongContent, and RemoteFailure if it broke too often
   */
  async *bytes(begun: RemoteBlob): AsyncGenerator<Uint8Array> {
    for (let part = begun; ;) {
      const before = this.offset;
      try {
        yield* this.bytesOf(part);
        const { size } = this.wanted;
        if (size === undefined || this.offset === size) return;
        const cause = new Error(`it ended at byte ${this.offset} of ${size}`);
        throw new BrokenOff('the upstream ended a part early', { cause });
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error;
        // All is there, although the body had no end.
        if (this.offset === this.wanted.size) return;
        this.parts.signal.throwIfAborted();
        part = await this.next(this.broken(error.cause, before));
      }
    }
  }

  private broken(cause: unknown, before: number): RemoteFailure {
    if (this.offset - before >= PROGRESS_BYTES) this.tries = 0;
    if (cause instanceof RemoteFailure) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { remote, digest } = this.wanted;
    const message = `the download of ${digest} of ${remote} broke off: ${reason}`;
    return new RemoteFailure('unavailable', message, undefined, { cause });
  }

  /** Asks for the rest, after a wait. @throws RemoteFailure after too many tries, and WrongContent */
  private async next(failure: RemoteFailure): Promise<RemoteBlob> {
    const { upstream, signal, firstWaitMs = FIRST_WAIT_MS } = this.parts;
    const { remote, digest } = this.wanted;
    let last = failure;
    while (this.tries < TRIES) {
      await delay(firstWaitMs * 2 ** this.tries, undefined, { signal });
      this.tries += 1;
      try {
        const part = await upstream.askOn((client) =>
          client.blob(remote, digest, this.offset, signal),
        );
        if (part !== undefined) return requireSize(part, this.wanted);
        last = new RemoteFailure('unavailable', `${remote} does not have ${digest} any more`);
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error;
        last = error;
      }
    }
    throw last;
  }

  /** Yields the bytes of a part from the wanted one on. @throws BrokenOff for the errors of the part, and WrongContent */
  private async *bytesOf(part: RemoteBlob): AsyncGenerator<Uint8Array> {
    const { onGrowth, onReceived, signal, maxUnnamedBytes } = this.parts;
    const { size: limit = maxUnnamedBytes } = this.wanted;
    let at = part.offset;
    if (at > this.offset) {
      throw new WrongContent('the upstream sends another part than it was asked for');
    }
    for await (const chunk of markErrors(readAhead(part.body))) {
      signal.throwIfAborted();
      const fresh = chunk.subarray(Math.max(0, this.offset - at));
      at += chunk.byteLength;
      onReceived(chunk.byteLength);
      if (at > limit) {
        throw new WrongContent(`the upstream sends more than ${limit} bytes`);
      }
      this.offset += fresh.byteLength;
      if (fresh.byteLength > 0) yield fresh;
      onGrowth?.();
    }
  }
}

/** Returns a part if it belongs to a blob of the wanted size, as far as that is known. @throws WrongContent */
export function requireSize(
  part: RemoteBlob,
  { digest, size }: Pick<Wanted, 'digest' | 'size'>,
): RemoteBlob {
  if (part.size === undefined || size === undefined || part.size === size) return part;
  throw new WrongContent(`${digest} has ${size} bytes, but the upstream sends ${part.size}`);
}

/** The upstream ended a part early: `cause` says why. */
class BrokenOff extends Error {}

async function* markErrors(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new BrokenOff('the upstream ended a part early', { cause });
  }
}
