import { randomUUID } from 'node:crypto';
import { type Socket } from 'node:net';

import { type Request, type Response } from 'express';

import { parseRangeHeader, rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type BlobLocation, type OpenBlob } from '../../storage/ports/blob-store.js';
import { etagOf, digestHeaders, sendBytes, sendEmpty, type Headers } from './send.js';

const OCTET_STREAM = 'application/octet-stream';

/** Returns the headers of every response about an existing blob. */
export function blobHeaders(digest: Digest): Headers {
  return { ...digestHeaders(digest), 'Accept-Ranges': 'bytes', 'Content-Type': OCTET_STREAM };
}

/**
 * Responds to a GET with a blob or the requested ranges, and closes the blob.
 *
 * A failure after the first byte destroys the connection: an ended response would look complete. If the client leaves, the blob is
 * left at once, also while its bytes do not come.
 * @throws RegistryError `range-unsatisfiable`, before anything was sent
 */
export async function sendBlob(
  request: Request,
  response: Response,
  digest: Digest,
  blob: OpenBlob,
): Promise<void> {
  const leave = (): void => blob.leave?.();
  if (blob.leave !== undefined) response.once('close', leave);
  if (response.destroyed) leave();
  try {
    const ranges = requestedRanges(request, digest, blob.size);
    if (ranges === undefined && blob.whole !== undefined) {
      return sendBytes(response, 200, OCTET_STREAM, blob.whole, blobHeaders(digest));
    }
    const patient = blob.leave === undefined ? blob : withPatience(blob, request.socket);
    const body = ranges === undefined ? wholeBody(patient) : partialBody(patient, ranges);
    await sendBody(response, ranges === undefined ? 200 : 206, blobHeaders(digest), body);
  } finally {
    response.off('close', leave);
    await blob.close();
  }
}

/** Lifts the idle limit of the connection while the next bytes do not come: it is for clients that stop reading. */
function withPatience(blob: OpenBlob, socket: Socket): OpenBlob {
  const limit = socket.timeout ?? 0;
  async function* read(range: ByteRange): AsyncGenerator<Uint8Array> {
    try {
      socket.setTimeout(0);
      for await (const chunk of blob.read(range)) {
        socket.setTimeout(limit);
        yield chunk;
        socket.setTimeout(0);
      }
    } finally {
      socket.setTimeout(limit);
    }
  }
  return { size: blob.size, read, close: () => blob.close() };
}

/** The location at which only nginx can read the storage's directory. */
const PROXY_FILES = '/_berth/';

/** Lets somebody else send the blob: nginx from a file, or the bucket from its URL. */
export function sendFrom(response: Response, digest: Digest, place: BlobLocation): void {
  if ('file' in place) sendByProxy(response, digest, place.file);
  // The method stays GET, and the client's ranges go to the bucket as well.
  else sendEmpty(response, 307, { ...digestHeaders(digest), Location: place.url });
}

/**
 * Asks nginx to send `file`, a path below the storage's directory, or the requested ranges of it. nginx sends files without copying
 * them through a process.
 *
 * @see `examples/nginx/berth.conf`
 */
function sendByProxy(response: Response, digest: Digest, file: string): void {
  const target = PROXY_FILES + encodeURI(file);
  // nginx adds Accept-Ranges itself.
  const headers = { ...digestHeaders(digest), 'Content-Type': OCTET_STREAM };
  sendEmpty(response, 200, { ...headers, 'X-Accel-Redirect': target });
}

/**
 * Responds to a GET with all of `blob`, and closes it. A failure after the first byte destroys the connection, as in `sendBlob`.
 */
export async function sendWhole(
  response: Response,
  digest: Digest,
  blob: OpenBlob,
  contentType: string,
): Promise<void> {
  try {
    const headers = { ...digestHeaders(digest), 'Content-Type': contentType };
    await sendBody(response, 200, headers, wholeBody(blob));
  } finally {
    await blob.close();
  }
}

interface Body {
  readonly headers: Headers;
  readonly bytes: AsyncIterable<Uint8Array>;
}

function sendBody(response: Response, status: number, headers: Headers, body: Body): Promise<void> {
  response.statusCode = status;
  const all = { ...headers, ...body.headers };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  return pump(body.bytes, response, Object.keys(all));
}

function requestedRanges(request: Request, digest: Digest, size: number): ByteRange[] | undefined {
  const { range, 'if-range': ifRange } = request.headers;
  // Content under a digest never changes, so only its ETag can match. A date never does.
  if (range === undefined || (ifRange !== undefined && ifRange !== etagOf(digest)))
    return undefined;
  return parseRangeHeader(range, size);
}

function wholeBody(blob: OpenBlob): Body {
  const bytes = blob.size === 0 ? nothing() : blob.read({ start: 0, end: blob.size - 1 });
  return { headers: { 'Content-Length': blob.size }, bytes };
}

function partialBody(blob: OpenBlob, ranges: readonly ByteRange[]): Body {
  const [range] = ranges;
  if (range === undefined || ranges.length > 1) return multipartBody(blob, ranges);
  return {
    headers: { 'Content-Length': rangeLength(range), 'Content-Range': contentRange(range, blob) },
    bytes: blob.read(range),
  };
}

/** Returns a body of several ranges. RFC 9110, section 14.6. */
function multipartBody(blob: OpenBlob, ranges: readonly ByteRange[]): Body {
  const boundary = randomUUID();
  const parts = ranges.map((range) => ({ range, head: partHead(boundary, range, blob) }));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = parts.reduce(
    (sum, { range, head }) => sum + head.byteLength + rangeLength(range),
    tail.byteLength,
  );
  async function* bytes(): AsyncIterable<Uint8Array> {
    for (const { range, head } of parts) {
      yield head;
      yield* blob.read(range);
    }
    yield tail;
  }
  const contentType = `multipart/byteranges; boundary=${boundary}`;
  return { headers: { 'Content-Type': contentType, 'Content-Length': length }, bytes: bytes() };
}

function partHead(boundary: string, range: ByteRange, blob: OpenBlob): Buffer {
  const headers = `Content-Type: ${OCTET_STREAM}\r\nContent-Range: ${contentRange(range, blob)}`;
  return Buffer.from(`\r\n--${boundary}\r\n${headers}\r\n\r\n`);
}

function contentRange({ start, end }: ByteRange, { size }: OpenBlob): string {
  return `bytes ${start}-${end}/${size}`;
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // An empty blob has no range to read.
}

/**
 * Sends each chunk only after the kernel took the previous one, whose memory is then reused. The headers called `names` describe the
 * blob, so they are removed before a failure makes the response an error.
 */
async function pump(
  bytes: AsyncIterable<Uint8Array>,
  response: Response,
  names: readonly string[],
): Promise<void> {
  try {
    for await (const chunk of bytes) await write(response, chunk);
    response.end();
  } catch (error) {
    // A blob that was left fails, too.
    const isGone = error instanceof ClientGone || response.destroyed;
    if (isGone || response.headersSent) response.destroy();
    if (isGone) return;
    if (!response.headersSent) for (const name of names) response.removeHeader(name);
    throw error;
  }
}

/** The client disconnected. There is nothing to report, and no client to report it to. */
class ClientGone extends Error {}

function write(response: Response, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new ClientGone());
    if (response.destroyed) return gone();
    response.once('close', gone);
    response.write(chunk, (error) => {
      response.off('close', gone);
      if (error) gone();
      else resolve();
    });
  });
}
