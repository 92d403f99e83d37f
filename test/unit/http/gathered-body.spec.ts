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
    'is all $length bytes, announced: $announced',
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

  it('leaves a block alone while the reader has it, and then uses its memory again', async () => {
    const bytes = uniqueBytes(20 * BLOCK);
    const memory = new Set<unknown>();
    const changed: number[] = [];
    let position = 0;
    reader = async (blocks) => {
      for await (const block of blocks) {
        memory.add(block.buffer);
        // Time in which more comes.
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

  it('gives what a slow client sent without waiting for more', async () => {
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

  it('ends, behind what came, with an error when the client goes away', async () => {
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

  it('does so too when the client was gone before it was asked for', async () => {
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

  it('stays where it is once it was left', async () => {
    let flowing: boolean | null = true;
    server.removeAllListeners('request').once('request', (request, response) => {
      void (async () => {
        for await (const block of gatheredBodyOf(request)) {
          expect(block.byteLength).toBeGreaterThan(0);
          break;
        }
        // Longer than until its next turn would have come.
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

  it('lets others have their turn several times within a block', async () => {
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

  it('can be left early, and the request is still answered', async () => {
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
