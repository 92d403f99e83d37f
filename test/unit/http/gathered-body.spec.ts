import { createServer, request as httpRequest, type ClientRequest, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { gatheredBodyOf } from '../../../src/http/oci/gathered-body.js';
import { uniqueBytes } from '../../../src/storage/contract/fixtures.js';

const BLOCK = 512 * 1024;
const LENGTHS = [0, 1, 10_000, 65_536, 65_537, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7];

type Reader = (blocks: AsyncIterable<Uint8Array>) => Promise<void>;

describe('a gathered body', () => {
  let server: Server;
  let reader: Reader;
  let failure: Promise<unknown>;
  beforeEach(async () => {
    server = createServer((request, response) => {
      const read = reader(gatheredBodyOf(request));
      failure = read.then(
        () => undefined,
        (error: unknown) => error,
      );
      void failure.then(() => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function put(headers: Record<string, string | number> = {}): ClientRequest {
    const { port } = server.address() as AddressInfo;
    return httpRequest({ port, host: '127.0.0.1', method: 'PUT', headers, agent: false }).on(
      'error',
      () => undefined,
    );
  }

  function answered(request: ClientRequest): Promise<void> {
    return new Promise((resolve) => request.once('response', () => resolve()));
  }

  it.each(LENGTHS.flatMap((length) => [true, false].map((announced) => ({ length, announced }))))(
    'contains all $length bytes (announced: $announced)',
    async ({ length, announced }) => {
      const bytes = uniqueBytes(length);
      const copies: Uint8Array[] = [];
      reader = async (blocks) => {
        for await (const block of blocks) copies.push(Buffer.from(block));
      };
      const request = put(announced ? { 'Content-Length': length } : {});
      const answer = answered(request);
      request.end(bytes);
      await answer;

      expect(Buffer.concat(copies).equals(bytes)).toBe(true);
      expect(copies.length).toBeLessThanOrEqual(2 + length / BLOCK);
    },
  );

  it('does not change a block while the reader has it, and reuses its memory afterwards', async () => {
    const bytes = uniqueBytes(20 * BLOCK);
    const memory = new Set<unknown>();
    const changed: number[] = [];
    let position = 0;
    reader = async (blocks) => {
      for await (const block of blocks) {
        memory.add(block.buffer);
        // Gives time for more data to arrive.
        await delay(5);
        const expected = bytes.subarray(position, position + block.byteLength);
        if (!expected.equals(block)) changed.push(position);
        position += block.byteLength;
      }
    };
    const request = put();
    const answer = answered(request);
    request.end(bytes);
    await answer;

    expect(position).toBe(bytes.byteLength);
    expect(changed).toEqual([]);
    expect(memory.size).toBeLessThanOrEqual(3);
  });

  it('passes on the bytes of a slow client without waiting for more', async () => {
    const seen: string[] = [];
    const request = put();
    reader = async (blocks) => {
      for await (const block of blocks) {
        seen.push(Buffer.from(block).toString());
        if (seen.length === 1) request.end('b');
      }
    };
    const answer = answered(request);
    request.write('a');
    await answer;

    expect(seen).toEqual(['a', 'b']);
  });

  it('ends with an error after the received bytes when the client disconnects', async () => {
    const seen: string[] = [];
    const begun = new Promise<void>((resolve) => {
      reader = async (blocks) => {
        resolve();
        for await (const block of blocks) seen.push(Buffer.from(block).toString());
      };
    });
    const request = put();
    request.write('what came');
    await begun;
    await delay(20);
    request.destroy();

    expect(await failure).toMatchObject({ kind: 'upload-incomplete' });
    expect(seen).toEqual(['what came']);
  });

  it('ends with an error when the client disconnected before the body was read', async () => {
    const begun = new Promise<void>((resolve) => {
      reader = async (blocks) => {
        resolve();
        await delay(50);
        for await (const block of blocks) expect(block).toBeUndefined();
      };
    });
    const request = put({ 'Content-Length': 100 });
    request.flushHeaders();
    await begun;
    request.destroy();

    expect(await failure).toMatchObject({ kind: 'upload-incomplete' });
  });

  it('is not read further after the reader left the loop', async () => {
    let flowing: boolean | null = true;
    server.removeAllListeners('request').once('request', (request, response) => {
      void (async () => {
        for await (const block of gatheredBodyOf(request)) {
          expect(block.byteLength).toBeGreaterThan(0);
          break;
        }
        // Longer than the pause until its next turn.
        await delay(20);
        flowing = request.readableFlowing;
        response.end();
      })();
    });
    const request = put();
    const answer = answered(request);
    request.write(uniqueBytes(10 * BLOCK));
    await answer;
    request.destroy();

    expect(flowing).toBe(false);
  });

  it('lets other connections be served several times within a block', async () => {
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      turns++;
      if (reading) setImmediate(turn);
    };
    reader = async (blocks) => {
      setImmediate(turn);
      for await (const block of blocks) if (block.byteLength === BLOCK) break;
      reading = false;
    };
    const request = put();
    const answer = answered(request);
    request.write(uniqueBytes(10 * BLOCK));
    await answer;
    request.destroy();

    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('can be left early, and the request still gets its response', async () => {
    reader = async (blocks) => {
      for await (const block of blocks) {
        expect(block.byteLength).toBeGreaterThan(0);
        break;
      }
    };
    const request = put();
    const answer = answered(request);
    request.write(uniqueBytes(10 * BLOCK));
    await answer;
    request.destroy();

    expect(await failure).toBeUndefined();
  });
});
