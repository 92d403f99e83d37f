import { type IncomingMessage } from 'node:http';

import { HeldBody, type BodyLimits } from '../../domain/body-memory.js';
import { RegistryError } from '../../domain/errors.js';
import { atMost } from '../../domain/streams.js';
import { sendContinue } from '../server/expect-continue.js';
import { countReceived } from '../server/received-bytes.js';

/** What a client can do whose body ended early. */
export const ENDED_EARLY = {
  advice: 'send the whole body again, or continue the upload from its Range',
};

/**
 * Yields the bytes of a request's body.
 *
 * Leaving the loop early leaves the request open, so that a response can still be sent.
 * @throws RegistryError `upload-incomplete` if the client disconnects early
 */
export async function* bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  sendContinue(request);
  try {
    for await (const chunk of piecesOf(request)) {
      countReceived(request, chunk.byteLength);
      yield chunk;
    }
  } catch (cause) {
    throw new RegistryError('upload-incomplete', 'the body ended early', ENDED_EARLY, { cause });
  }
}

/**
 * Resolves to the text of a small body.
 *
 * @throws the error that `tooLarge` returns, for a body of more than `maxBytes` bytes
 * @throws RegistryError `upload-incomplete` if the client disconnects early
 */
export async function bodyTextOf(
  request: IncomingMessage,
  maxBytes: number,
  tooLarge: () => RegistryError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of atMost(bodyOf(request), maxBytes, tooLarge)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function piecesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/**
 * Runs `work` with the whole body, whose memory is counted until the work ends.
 *
 * @throws RegistryError `manifest-too-large` or `too-many-requests`, as early as possible, with the rest unread
 * @throws RegistryError `upload-incomplete` if the client disconnects early
 */
export async function withBody<T>(
  request: IncomingMessage,
  { maxBytes, memory }: BodyLimits,
  work: (bytes: Buffer) => Promise<T>,
): Promise<T> {
  const header = request.headers['content-length'];
  const announced = header === undefined ? undefined : Number(header);
  if ((announced ?? 0) > maxBytes) throw tooLarge(maxBytes);
  memory.requireRoom(announced ?? 0);
  const body = new HeldBody(announced ?? maxBytes, memory);
  try {
    for await (const chunk of bodyOf(request)) {
      if (body.size + chunk.byteLength > maxBytes) throw tooLarge(maxBytes);
      body.append(chunk);
    }
    return await work(body.whole());
  } finally {
    body.release();
  }
}

function tooLarge(maxBytes: number): RegistryError {
  return new RegistryError('manifest-too-large', `manifests are limited to ${maxBytes} bytes`, {
    limit: maxBytes,
    setting: 'REGISTRY_MAX_MANIFEST_BYTES',
  });
}
