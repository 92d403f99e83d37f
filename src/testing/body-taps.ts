import { type IncomingMessage, type ServerResponse } from 'node:http';

/** What becomes of some bytes of a body: what is handed on in their place, and whether the body is cut behind them. */
export interface Passed {
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

/** Decides about the bytes of a body, piece by piece. The memory of a piece is another's: it is not to be changed. */
export type Tap = (piece: Uint8Array) => Passed;

type Done = (error?: Error | null) => void;
type Write = (chunk: Uint8Array, done?: Done) => boolean;

/** Leads the answer's body through `tap`. A tap that is put on later comes first. */
export function tapAnswer(response: ServerResponse, tap: Tap): void {
  const write = response.write.bind(response) as Write;
  const end = response.end.bind(response) as (chunk?: Uint8Array, done?: Done) => ServerResponse;
  let ended = false;

  function cutOff(bytes: Uint8Array): void {
    ended = true;
    response.flushHeaders();
    if (bytes.byteLength > 0) write(bytes);
    // What was written is sent first. To end the answer would make it look whole.
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

/** Leads what comes in of the request's body from now on through `tap`. After a cut, the connection ends when all before was read. */
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

/** The callback may replace each optional argument before it. */
function doneOf(rest: readonly unknown[]): Done | undefined {
  return rest.find((argument) => typeof argument === 'function') as Done | undefined;
}
