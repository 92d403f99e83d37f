import { type RemoteBlob } from '../../client/registry-client.js';
import { type ByteRange } from '../../domain/byte-range.js';
import { RegistryError } from '../../domain/errors.js';
import { type OpenBlob } from '../../storage/ports/blob-store.js';
import { WrongContent } from '../upstream/wrong-content.js';
import { Download, type Wanted } from './download.js';
import { reportFailure, shownFailure } from './flight-failures.js';
import { type FlightsParts } from './flights.js';
import { HELD_BACK_BYTES } from './growing-blob.js';
import { type Slots } from '../upstream/slots.js';
import { PassedRun } from './passed-run.js';

/** How many bytes are read and dropped to reach a range. For more, the upstream is asked once more. */
const MAX_SKIP_BYTES = 1024 ** 2;

/** How often the upstream is asked for one client, who may want a thousand ranges. */
const MAX_QUESTIONS = 16;

/** How long a client may take for a piece, of up to 1 MiB, while others wait for its turn. In milliseconds. */
const SLOW_MS = 60_000;

/** How often it is looked within this time whether others wait: none waits for as long. */
const LOOKS = 60;

/** The client asks for too much. The mirror has not failed. */
class TooManyQuestions extends RegistryError {}

/** A blob to pass on. */
export interface WantedWhole extends Wanted {
  readonly size: number;
}

export interface PassedParts extends FlightsParts {
  /** Is given when the registry stops. */
  readonly signal: AbortSignal;
  readonly onClose: () => void;
  readonly slots: Pick<Slots, 'isWanted'>;
}

/**
 * A blob of another registry that is passed on to one client, and not stored. As of a download into the storage, its last bytes are
 * given only after the digest of all was verified.
 */
export class PassedBlob implements OpenBlob {
  private run: PassedRun;
  private questions = 1;
  /** The last bytes, once they were verified. */
  private verified: Uint8Array | undefined;
  private readonly left = new AbortController();

  /** @param begun the blob from its first byte on, and what ends its body */
  constructor(
    private readonly wanted: WantedWhole,
    private readonly parts: PassedParts,
    begun: { readonly part: RemoteBlob; readonly end: AbortController },
  ) {
    this.run = this.runOf(begun.part, 0, begun.end);
  }

  get size(): number {
    return this.wanted.size;
  }

  /** Yields the bytes of a range, as long as the client takes them in time or nobody waits for its turn. */
  async *read(range: ByteRange): AsyncGenerator<Uint8Array> {
    const { slowMs = SLOW_MS } = this.parts;
    for await (const piece of this.pieces(range)) {
      const slowFrom = performance.now() + slowMs;
      const timer = setInterval(() => {
        if (performance.now() >= slowFrom) this.giveWay();
      }, slowMs / LOOKS);
      try {
        yield piece;
      } finally {
        clearInterval(timer);
      }
    }
  }

  leave(): void {
    this.left.abort();
    this.run.end();
  }

  close(): Promise<void> {
    this.leave();
    this.parts.onClose();
    return Promise.resolve();
  }

  /** Cuts the client if others wait. */
  private giveWay(): void {
    const { slots, log, plan } = this.parts;
    if (!slots.isWanted || this.left.signal.aborted) return;
    const { remote, digest } = this.wanted;
    log.warn(`${plan.name}: ${digest} of ${remote} is read too slowly, and others wait`);
    void this.close();
  }

  private async *pieces({ start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const tail = Math.max(0, this.size - HELD_BACK_BYTES);
    const needsTail = end >= tail;
    try {
      const last = Math.min(end, tail - 1);
      if (start <= last) yield* (await this.runFor(start, needsTail)).read(start, last);
      if (!needsTail) return;
      // Bytes of this download were given, so that the digest of an earlier one says nothing.
      const bytes = await (start <= last ? this.tail(tail) : (this.verified ?? this.tail(tail)));
      yield bytes.subarray(Math.max(0, start - tail), end - tail + 1);
    } catch (error) {
      if (this.left.signal.aborted || error instanceof TooManyQuestions) throw error;
      reportFailure(error, this.wanted, this.parts, 'passed on');
      this.parts.onFailure();
      throw shownFailure(error, this.parts);
    }
  }

  /** Resolves to a download that comes to the byte `start`: from the first byte on if the digest is needed. */
  private async runFor(start: number, isWhole: boolean): Promise<PassedRun> {
    const { run } = this;
    const canGoOn = isWhole ? run.isWhole : start - run.at <= MAX_SKIP_BYTES;
    if (run.at <= start && canGoOn) return run;
    run.end();
    this.run = await this.ask(isWhole ? 0 : start);
    return this.run;
  }

  private async ask(from: number): Promise<PassedRun> {
    const { remote, digest } = this.wanted;
    if (++this.questions > MAX_QUESTIONS) {
      const message = `these ranges need more than ${MAX_QUESTIONS} requests to the upstream`;
      const advice = 'ask for fewer ranges, or for all of the blob';
      throw new TooManyQuestions('too-many-requests', message, { advice });
    }
    const end = new AbortController();
    const signal = AbortSignal.any([this.parts.signal, this.left.signal, end.signal]);
    const part = await this.parts.upstream.ask((client) =>
      client.blob(remote, digest, from, signal),
    );
    if (part === undefined) throw new WrongContent(`${remote} does not have ${digest} any more`);
    return this.runOf(part, from, end);
  }

  private runOf(part: RemoteBlob, from: number, end: AbortController): PassedRun {
    const signal = AbortSignal.any([this.parts.signal, this.left.signal, end.signal]);
    const download = new Download(this.wanted, { ...this.parts, signal }, from);
    return new PassedRun(download.bytes(part), from, this.wanted.digest.algorithm, () =>
      end.abort(),
    );
  }

  /** Resolves to the last bytes, from `from` on, after all bytes of the present download were verified. */
  private async tail(from: number): Promise<Uint8Array> {
    const run = await this.runFor(from, true);
    const pieces: Uint8Array[] = [];
    for await (const piece of run.read(from, this.size - 1)) pieces.push(piece);
    const { digest } = this.wanted;
    if ((await run.digest())?.equals(digest) !== true) {
      throw new WrongContent(`the upstream sends other content than ${digest}`);
    }
    this.verified = Buffer.concat(pieces);
    return this.verified;
  }
}
