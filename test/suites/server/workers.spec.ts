import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

const WORKERS = { REGISTRY_WORKERS: '2' };

it('several workers serve one port, and each serves what another has received', async () => {
  await withServer(WORKERS, async (server) => {
    const bytes = Buffer.from('of all workers');
    const digest = Digest.of(bytes);
    const path = `/v2/team/app/blobs/uploads/?digest=${digest}`;
    const pushed = await fetch(`${server.url}${path}`, { method: 'POST', body: bytes });
    expect(pushed.status).toBe(201);
    for (let count = 0; count < 20; count++) {
      expect(await status(server, `/v2/team/app/blobs/${digest}`)).toBe(200);
    }
    expect(server.output().match(/serves http/g)).toHaveLength(1);
  });
});

it('a worker continues an upload that began in another', async () => {
  await withServer(WORKERS, async (server) => {
    for (let count = 0; count < 10; count++) {
      const bytes = Buffer.from(`chunk ${count}`);
      const url = `${server.url}/v2/team/app/blobs/uploads/`;
      const begun = await fetch(url, { method: 'POST', headers: { Connection: 'close' } });
      const location = `${server.url}${begun.headers.get('location')}`;
      const patched = await fetch(location, { method: 'PATCH', body: bytes });
      expect(patched.status).toBe(202);
      const closed = await fetch(`${location}?digest=${Digest.of(bytes)}`, { method: 'PUT' });
      expect(closed.status).toBe(201);
    }
  });
});

it('a killed worker is replaced, and SIGTERM ends all workers', async () => {
  let last: number[] = [];
  await withServer(WORKERS, async (server) => {
    const [first = 0] = await childrenOf(server);
    process.kill(first, 'SIGKILL');
    for (let waited = 0; waited < 15_000; waited += 200) {
      last = await childrenOf(server);
      if (last.length === 2 && !last.includes(first) && /is replaced/.test(server.output())) break;
      await delay(200);
    }
    expect(last).toHaveLength(2);
    expect(last).not.toContain(first);
    expect(server.output()).toMatch(/worker \d+ ended \(SIGKILL\) and is replaced/);
    expect(await status(server, '/health')).toBe(200);
  });
  for (const child of last) expect(() => process.kill(child, 0)).toThrow('ESRCH');
});

it('workers refuse the memory storage, which belongs to one process', async () => {
  const starting = startServer({ driver: 'memory', storagePath: '/nowhere', environment: WORKERS });
  await expect(starting).rejects.toThrow('the memory storage belongs to one process');
});

async function childrenOf({ pid }: ServerProcess): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Sends a request on a new connection, which goes to any worker. */
function status({ url }: ServerProcess, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}

async function withServer(
  environment: Readonly<Record<string, string>>,
  work: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  await withDirectory(async (storagePath) => {
    const server = await startServer({ driver: 'filesystem', storagePath, environment });
    try {
      // The first worker responds before the last one does, and before the primary process prints
      // the greeting.
      for (let waited = 0; !/serves http/.test(server.output()) && waited < 15_000; waited += 20) {
        await delay(20);
      }
      await work(server);
    } finally {
      await server.stop();
    }
  });
}
