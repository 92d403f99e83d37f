import { type Subject } from './failures.js';
import { type TransportResponse } from './transport.js';

type Body = TransportResponse['body'];

/** Parsing a larger body takes so long that other work must come between two of them. */
const LARGE_BYTES = 256 * 1024;

/** Reads a body of at most `limit` bytes. The caller may parse it at once, also a large one. @throws RemoteFailure */
export async function readBody(body: Body, limit: number, subject: Subject): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > limit) throw subject.wrong(`it has more than ${limit} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw subject.failureOf(error);
  }
  if (size > LARGE_BYTES) await turnToParse();
  return Buffer.concat(chunks);
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Resolves once in each round of the event loop: a hundred large bodies that came together would keep it for seconds. */
function turnToParse(): Promise<unknown> {
  lastTurn = lastTurn.then(() => new Promise(setImmediate));
  return lastTurn;
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
