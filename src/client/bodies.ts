import { setImmediate as nextRound } from 'node:timers/promises';

import { HeldBody, type BodyLimits } from '../domain/body-memory.js';
import { type TagName } from '../domain/reference.js';
import { type Subject } from './failures.js';
import { NoTagList, TagScanner } from './tag-scanner.js';
import { type TransportResponse } from './transport.js';

type Body = TransportResponse['body'];

/** Parsing a larger body takes so much time and memory that they are parsed one at a time, with other work in between. */
const LARGE_BYTES = 256 * 1024;

/** How much of a list is read before other work comes. */
const SLICE_BYTES = 64 * 1024;

/** How many tags a registry may send at once, and what one takes in memory. An estimate. */
const MAX_TAGS = 100_000;
const BYTES_PER_TAG = 64;

/**
 * Runs `use` with a whole body, whose memory is counted until it ends: with one large body at a time, because `use` parses it.
 *
 * @throws RemoteFailure, and RegistryError `too-many-requests` if other bodies take all of the memory
 */
export async function withBody<T>(
  body: Body,
  { maxBytes, memory }: BodyLimits,
  subject: Subject,
  use: (bytes: Buffer) => T | Promise<T>,
): Promise<T> {
  const held = new HeldBody(maxBytes, memory);
  try {
    for await (const chunk of chunksOf(body, maxBytes, subject)) held.append(chunk);
    const parse = async (): Promise<T> => use(held.whole());
    return await (held.size > LARGE_BYTES ? inTurn(parse) : parse());
  } finally {
    held.release();
  }
}

/**
 * Reads a list of tags while it comes, with other work in between. Entries that are no tags are left out.
 *
 * @throws RemoteFailure, and RegistryError `too-many-requests` if other bodies take all of the memory
 */
export async function readTags(
  body: Body,
  { maxBytes, memory }: BodyLimits,
  subject: Subject,
): Promise<readonly TagName[]> {
  const scanner = new TagScanner();
  const decoder = new TextDecoder();
  let held = 0;
  try {
    for await (const slice of slicesOf(chunksOf(body, maxBytes, subject))) {
      scanner.push(decoder.decode(slice, { stream: true }));
      const { length } = scanner.tags;
      if (length > MAX_TAGS) throw subject.wrong(`they are more than ${MAX_TAGS} at once`);
      memory.grow(held, length * BYTES_PER_TAG);
      held = length * BYTES_PER_TAG;
    }
    scanner.end();
    return scanner.tags;
  } catch (error) {
    if (!(error instanceof NoTagList)) throw error;
    throw subject.wrong('it sent something that is not a list of tags');
  } finally {
    memory.release(held);
  }
}

/** Yields the bytes in slices, with a round of the event loop after each 64 KiB. */
async function* slicesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let sinceTurn = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      yield slice;
      sinceTurn += slice.byteLength;
      if (sinceTurn < SLICE_BYTES) continue;
      sinceTurn = 0;
      await nextRound();
    }
  }
}

/** Yields the bytes of a body. @throws RemoteFailure, also if they are more than the limit */
async function* chunksOf(
  body: Body,
  maxBytes: number,
  subject: Subject,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw subject.failureOf(error);
      });
      if (next.done === true) return;
      size += next.value.byteLength;
      if (size > maxBytes) throw subject.wrong(`it has more than ${maxBytes} bytes`);
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Runs work after all that came before, in another round of the event loop: a hundred at once would keep it for seconds. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(nextRound).then(work);
  lastTurn = turn.catch(() => undefined);
  return turn;
}

/** Reads a body that nobody needs, so that its connection can be used again; ends the connection if it is long. */
export async function dropBody(body: Body): Promise<void> {
  await body.dump({ limit: 65_536 }).catch(() => undefined);
}

/**
 * The body of a blob, whose failures are those of a registry.
 *
 * It is no generator, because one that was never started would not end the connection.
 */
export class BlobBody implements AsyncIterableIterator<Uint8Array> {
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(
    private readonly body: Body,
    private readonly subject: Subject,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.chunks.next();
    } catch (error) {
      throw this.signal?.aborted === true ? error : this.subject.failureOf(error);
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.body.destroy();
    return { done: true, value: undefined };
  }
}
