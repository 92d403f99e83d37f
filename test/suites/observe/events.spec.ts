import { request } from 'node:http';

import { expect, it } from '@jest/globals';

import { StreamReader } from '../../support/event-stream.js';
import { ObservedServer } from './observed-server.js';

const TYPE = 'application/vnd.oci.image.index.v1+json';
const BODY = '{"schemaVersion":2,"manifests":[]}';

/** Pushes an index on a new connection, which goes to any worker. Resolves when the push is acknowledged. */
function push({ server }: ObservedServer, tag: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': TYPE, 'Content-Length': BODY.length };
    const url = `${server.url}/v2/team/app/manifests/${tag}`;
    const sent = request(url, { method: 'PUT', headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('error', reject).end(BODY);
  });
}

it('a push on one worker is on the streams of all workers within a second', async () => {
  await using observed = await ObservedServer.start({ REGISTRY_WORKERS: '2' });
  const url = `${observed.server.url}/api/v1/events/stream?types=tag.*`;
  // Connections go to the workers in turn, so that each has streams and pushes.
  const streams = await Promise.all(Array.from({ length: 4 }, () => StreamReader.open(url)));
  const late: number[] = [];
  for (let count = 1; count <= 6; count++) {
    expect(await push(observed, `v${count}`)).toBe(201);
    const began = performance.now();
    await Promise.all(streams.map((stream) => stream.take(count)));
    late.push(performance.now() - began);
  }
  const seen = streams.map(({ messages }) => messages.map(({ data }) => data.data?.['tag']));
  for (const stream of streams) await stream[Symbol.asyncDispose]();

  expect(seen).toEqual(streams.map(() => ['v1', 'v2', 'v3', 'v4', 'v5', 'v6']));
  expect(Math.max(...late)).toBeLessThan(1_000);
});
