import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { expect, it } from '@jest/globals';
import { type Response } from 'express';

import { sendBytes } from '../../../src/http/oci/send.js';

const PIECE = 16 * 1024;

/** Returns the body that a client gets, and the length that the headers announce. */
async function sent(bytes: Uint8Array): Promise<{ body: Buffer; length: string | null }> {
  const server = createServer((_request, response) =>
    sendBytes(response as unknown as Response, 200, 'application/json', bytes),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const body = Buffer.from(await answer.arrayBuffer());
    return { body, length: answer.headers.get('content-length') };
  } finally {
    server.close();
  }
}

it.each([0, 1, 256, PIECE - 1, PIECE, PIECE + 1])(
  'sends %d bytes of every value unchanged',
  async (count) => {
    const bytes = Uint8Array.from({ length: count }, (_, index) => index % 256);

    const { body, length } = await sent(bytes);

    expect(body.equals(bytes)).toBe(true);
    expect(length).toBe(String(count));
  },
);

it('sends the part of a larger buffer that it was given', async () => {
  const bytes = new Uint8Array(Buffer.from('before-héllo ☃-after')).subarray(7, 17);

  expect((await sent(bytes)).body.equals(bytes)).toBe(true);
});
