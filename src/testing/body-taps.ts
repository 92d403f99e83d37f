import { type IncomingMessage, type ServerResponse } from 'node:http';

/** The bytes to pass on, and whether the body is cut after them. */
export interface Passed {
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

/** Decides what happens to a piece of a body. It must not change the piece, whose memory is shared. */
export type Tap = (piece: Uint8Array) => Passed;

type Done = (error?: Error | null) => void;
type Write = (chunk: Uint8Array, done?: Done) => boolean;

/** Passes the response body through `tap`. A tap that is added later runs first. */
export function tapAnswer(response: ServerResponse, tap: Tap): void {
  const write = response.write.bind(response) as Write;
  const end = response.end.bind(response) as (chunk?: Uint8Array, done?: Done) => ServerResponse;
  let ended = false;

  function cutOff(bytes: Uint8Array): void {
    ended = true;
    response.flushHeaders();
    if (bytes.byteLength > 0) write(bytes);
    // Sends what was written, then closes. Ending the response normally would make it look
    // complete.
    response.req.socket.destroySoon();
  }

  Object.assign(response, {
    write: (chunk: unknown, ...rest: unknown[]): boolean => {
      if (ended) return false;
      const { bytes, cut } = tap(bytesOf(chunk, rest[0]));
      if (!cut) return write(bytes, doneOf(rest));
      cutOff(bytes);
      return false;
    },
    end: (...rest: unknown[]): ServerResponse => {
      if (ended) return response;
      const [chunk, encoding] = rest;
      if (!hasBytes(chunk)) return end(undefined, doneOf(rest));
      const { bytes, cut } = tap(bytesOf(chunk, encoding));
      if (!cut) return end(bytes, doneOf(rest));
      cutOff(bytes);
      return response;
    },
  });
}

/**
 * Passes the rest of the request body through `tap`. After a cut, the connection ends when all
 * earlier bytes are read.
 */
export function tapBody(request: IncomingMessage, tap: Tap): void {
  const push = request.push.bind(request);
  let cut = false;
  request.push = (chunk: Uint8Array | null): boolean => {
    if (cut || chunk === null) return cut || push(null);
    const passed = tap(chunk);
    cut = passed.cut;
    const more = passed.bytes.byteLength === 0 || push(passed.bytes);
    if (cut) destroyWhenRead(request);
    return more;
  };
}

function destroyWhenRead(request: IncomingMessage): void {
  if (request.readableLength === 0 || request.destroyed) request.socket.destroy();
  else setTimeout(destroyWhenRead, 1, request);
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (typeof chunk !== 'string') return chunk as Uint8Array;
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

function hasBytes(chunk: unknown): boolean {
  return typeof chunk === 'string' || chunk instanceof Uint8Array;
}

/** The callback may come in place of any optional argument before it. */
function doneOf(rest: readonly unknown[]): Done | undefined {
  return rest.find((argument) => typeof argument === 'function') as Done | undefined;
}
