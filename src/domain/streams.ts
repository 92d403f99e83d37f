import { RegistryError } from './errors.js';

const WRONG_LENGTH = 'the length of the body differs from its Content-Range';

/**
 * Passes on at most `length` bytes of `source`, which must have exactly that many.
 *
 * @throws RegistryError `size-invalid`
 */
export async function* exactly(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncIterable<Uint8Array> {
  let received = 0;
  const wrongLength = () => new RegistryError('size-invalid', WRONG_LENGTH, { expected: length });
  for await (const chunk of atMost(source, length, wrongLength)) {
    received += chunk.byteLength;
    yield chunk;
  }
  if (received < length) throw wrongLength();
}

/** Passes on at most `length` bytes of `source`, and throws `error` if it has more. */
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
