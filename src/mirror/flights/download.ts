import { setTimeout as delay } from 'node:timers/promises';

import { RemoteFailure, type RemoteBlob, type RemoteName } from '../../client/registry-client.js';
import { type Digest } from '../../domain/digest.js';
import { type HeldUpload } from '../../storage/ports/upload-store.js';
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
  readonly upload: HeldUpload;
  /** Ends the download. */
  readonly signal: AbortSignal;
  /** Called when more bytes were written. */
  readonly onGrowth: () => void;
  /** Called for the bytes that the upstream sends. */
  readonly onReceived: (bytes: number) => void;
  readonly firstWaitMs?: number;
}

/** Writes a blob of another registry to an upload. What breaks off is continued where it ended. */
export class Download {
  private tries = 0;

  constructor(
    private readonly wanted: Wanted,
    private readonly parts: DownloadParts,
  ) {}

  /**
   * Resolves when the upload has all bytes, whose digest is not verified yet.
   *
   * @param begun the first part that was asked for
   * @throws WrongContent, RemoteFailure if it broke too often, and the errors of the storage
   */
  async run(begun: RemoteBlob): Promise<void> {
    for (let part = begun; ;) {
      const failure = await this.append(part);
      if (failure === undefined) return;
      part = await this.next(failure);
    }
  }

  /** Appends a part. Resolves to why it is not the last one, or to `undefined` if all bytes are there. */
  private async append(part: RemoteBlob): Promise<RemoteFailure | undefined> {
    const { upload } = this.parts;
    const before = upload.offset;
    try {
      await upload.append(this.bytesOf(part, before));
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      this.parts.signal.throwIfAborted();
      return this.broken(error.cause, before);
    }
    const { size } = this.wanted;
    if (size === undefined || upload.offset === size) return undefined;
    return this.broken(new Error(`it ended at byte ${upload.offset} of ${size}`), before);
  }

  private broken(cause: unknown, before: number): RemoteFailure {
    if (this.parts.upload.offset - before >= PROGRESS_BYTES) this.tries = 0;
    if (cause instanceof RemoteFailure) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { remote, digest } = this.wanted;
    const message = `the download of ${digest} of ${remote} broke off: ${reason}`;
    return new RemoteFailure('unavailable', message, undefined, { cause });
  }

  /** Asks for the rest, after a wait. @throws RemoteFailure after too many tries, and WrongContent */
  private async next(failure: RemoteFailure): Promise<RemoteBlob> {
    const { upstream, upload, signal, firstWaitMs = FIRST_WAIT_MS } = this.parts;
    const { remote, digest } = this.wanted;
    let last = failure;
    while (this.tries < TRIES) {
      await delay(firstWaitMs * 2 ** this.tries, undefined, { signal });
      this.tries += 1;
      try {
        const part = await upstream.askOn((client) =>
          client.blob(remote, digest, upload.offset, signal),
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

  /** Yields the bytes of a part that the upload does not have. @throws BrokenOff for the errors of the part, and WrongContent */
  private async *bytesOf(part: RemoteBlob, from: number): AsyncGenerator<Uint8Array> {
    const { onGrowth, onReceived, signal } = this.parts;
    let at = part.offset;
    if (at > from) throw new WrongContent('the upstream sends another part than it was asked for');
    for await (const chunk of markErrors(readAhead(part.body))) {
      signal.throwIfAborted();
      const fresh = at < from ? chunk.subarray(from - at) : chunk;
      at += chunk.byteLength;
      onReceived(chunk.byteLength);
      if (at > (this.wanted.size ?? Infinity)) {
        throw new WrongContent(`the upstream sends more than ${this.wanted.size} bytes`);
      }
      if (fresh.byteLength > 0) yield fresh;
      onGrowth();
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
