import { type IncomingMessage } from 'node:http';

import { RegistryError } from '../domain/errors.js';
import { askForBody } from './expect-continue.js';

/**
 * The bytes of a request's body.
 *
 * Leaving the loop early leaves the request open, so that an answer can still be sent.
 * @throws RegistryError `upload-incomplete` when the client goes away before the end
 */
export async function* bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  askForBody(request);
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new RegistryError('upload-incomplete', 'the body ended early', undefined, { cause });
  }
}

/**
 * The whole body, of `maxBytes` at most.
 *
 * @throws RegistryError `manifest-too-large` as soon as it is known, with the rest unread
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(request)) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * `source`, which must have exactly `length` bytes; nothing beyond them is given on.
 *
 * @throws RegistryError `size-invalid`
 */
export async function* exactly(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncIterable<Uint8Array> {
  let received = 0;
  for await (const chunk of atMost(source, length, wrongLength)) {
    received += chunk.byteLength;
    yield chunk;
  }
  if (received < length) throw wrongLength();
}

/** `source`, of which nothing beyond `length` bytes is given on: then comes `error`. */
export async function* atMost(
  source: AsyncIterable<Uint8Array>,
  length: number,
  error: () => RegistryError,
): AsyncIterable<Uint8Array> {
  let received = 0;
  for await (const chunk of source) {
    const wanted = chunk.subarray(0, length - received);
    received += chunk.byteLength;
    yield wanted;
    if (received > length) throw error();
  }
}

function tooLarge(maxBytes: number): RegistryError {
  return new RegistryError('manifest-too-large', `a manifest has ${maxBytes} bytes at most here`);
}

function wrongLength(): RegistryError {
  return new RegistryError('size-invalid', 'the body has not the length of its Content-Range');
}
