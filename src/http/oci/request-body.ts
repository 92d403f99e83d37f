import { type IncomingMessage } from 'node:http';

import { RegistryError } from '../../domain/errors.js';
import { HeldBody, type BodyMemory } from './body-memory.js';
import { askForBody } from '../server/expect-continue.js';
import { countReceived } from '../server/received-bytes.js';

/**
 * The bytes of a request's body.
 *
 * Leaving the loop early leaves the request open, so that an answer can still be sent.
 * @throws RegistryError `upload-incomplete` when the client goes away before the end
 */
export async function* bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  askForBody(request);
  try {
    for await (const chunk of piecesOf(request)) {
      countReceived(chunk.byteLength);
      yield chunk;
    }
  } catch (cause) {
    throw new RegistryError('upload-incomplete', 'the body ended early', undefined, { cause });
  }
}

/** How many bytes a body that is held whole may have, and how many all of them together. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly memory: BodyMemory;
}

function piecesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/**
 * Does `work` with the whole body, which counts in `memory` until the work is done or the client gone.
 *
 * @throws RegistryError `manifest-too-large` and `too-many-requests`, as soon as it is known, with the rest unread
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
  return new RegistryError('manifest-too-large', `manifests are limited to ${maxBytes} bytes`);
}
