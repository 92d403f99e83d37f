import { connect } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { KeptLog } from '../../support/kept-log.js';
import { TestRegistry } from '../../support/registry.js';

const MADE = /^[\da-f]{16}$/;

let registry: TestRegistry | undefined;
afterEach(() => registry?.stop());

async function start(log: KeptLog, settings = {}, ports = {}): Promise<TestRegistry> {
  registry = await TestRegistry.start(
    { REGISTRY_STORAGE_DRIVER: 'memory', ...settings },
    ports,
    log,
  );
  return registry;
}

/** Sends the bytes as they are, and resolves when the registry has closed the connection. */
function send(port: number, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1')).resume();
    socket.once('close', () => resolve());
  });
}

describe('the log of single requests', () => {
  it('has a line with method, target, status and milliseconds at the level debug', async () => {
    const log = KeptLog.open('text', 'debug');
    const { http } = await start(log);
    await http.get('/v2/?a=b').set('User-Agent', 'curl/8.1').expect(200);
    await http.get('/health').set('User-Agent', 'curl/8.1').expect(200);
    expect(await log.texts('Requests', 2)).toEqual([
      expect.stringMatching(/^GET \/v2\/\?a=b 200 \d+\.\d ms {2}127\.0\.0\.1 {2}curl\/8\.1$/),
      expect.stringMatching(/^GET \/health 200 \d+\.\d ms {2}127\.0\.0\.1 {2}curl\/8\.1$/),
    ]);
  });

  it('has the first 512 characters of a target, and its length', async () => {
    const log = KeptLog.open('text', 'debug');
    const { http } = await start(log);
    const target = `/v2/?${'x'.repeat(10_000)}`;
    await http.get(target).expect(200);
    const [line = ''] = await log.texts('Requests', 1);
    expect(line).toContain(`${target.slice(0, 512)}… (10005 characters) 200`);
  });

  it('has the status "cut" for a client that left', async () => {
    const log = KeptLog.open('text', 'debug');
    const { port } = await start(log);
    const head =
      'POST /v2/team/app/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab';
    const socket = connect(port, '127.0.0.1', () => socket.write(head));
    setTimeout(() => socket.destroy(), 50);
    expect(await log.texts('Requests', 1)).toEqual([expect.stringMatching(/ cut \d/)]);
  });

  it.each(['text', 'json'] as const)(
    'is one line of %s whatever a client sends',
    async (format) => {
      const log = KeptLog.open(format, 'debug');
      const { port } = await start(log);
      const nasty = 'x"\\\u0085\u009b31m\u00ff\t{}';
      const headers = `Host: x\r\nUser-Agent: ${nasty}\r\nX-Request-Id: ${nasty}\r\nConnection: close`;
      for (const target of ['/v2/"{}|\\/tags/list', '/v2/%0a%1b[31m%e2%80%ae/x']) {
        await send(port, `GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
      }
      await send(port, `PUT /v2/a%0ab/manifests/%22 HTTP/1.1\r\n${headers}\r\n\r\n`);
      const lines =
        format === 'json' ? await log.objects('Requests', 3) : await log.texts('Requests', 3);
      expect(lines).toHaveLength(3);

      expect(log.text.replaceAll('\n', '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/,
      );
    },
  );

  it('takes over the trace of a valid traceparent only', async () => {
    const log = KeptLog.open('json', 'debug');
    const { http } = await start(log);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const parents = [
      `00-${trace}-b7ad6b7169203331-01`,
      `cc-${trace}-b7ad6b7169203331-00-later`,
      `00-${trace}-b7ad6b7169203331-01-more`,
      `ff-${trace}-b7ad6b7169203331-01`,
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
      'nonsense',
    ];
    for (const parent of parents) await http.get('/v2/').set('traceparent', parent).expect(200);
    const lines = await log.objects('Requests', parents.length);
    const found = lines.map(({ trace: taken }) => taken);
    expect(found).toEqual([trace, trace, ...Array<undefined>(6).fill(undefined)]);
  });
});

describe('the id of a request', () => {
  it('is new for each request, and in the response', async () => {
    const log = KeptLog.open('json', 'debug');
    const { http } = await start(log);
    const ids: unknown[] = [];
    for (const path of ['/v2/', '/nowhere', '/health']) {
      const { headers } = await http.get(path).set('X-Request-Id', 'mine');
      ids.push(headers['x-request-id']);
      expect(headers['x-request-id']).toMatch(MADE);
    }
    expect(new Set(ids).size).toBe(3);
    const lines = await log.objects('Requests', 3);
    expect(lines.map(({ request }) => request)).toEqual(ids);
  });

  it('is that of a trusted proxy, if it is a plain word', async () => {
    const log = KeptLog.open('json', 'debug');
    const { http } = await start(log, { REGISTRY_TRUSTED_PROXIES: '127.0.0.1' });
    const idFor = async (given: string): Promise<unknown> => {
      const { headers } = await http.get('/v2/').set('X-Request-Id', given).expect(200);
      return headers['x-request-id'];
    };
    expect(await idFor('a3f/B:1.2-x_=')).toBe('a3f/B:1.2-x_=');
    for (const given of ['', 'two words', '"quoted"', 'x'.repeat(129)]) {
      expect(await idFor(given)).toMatch(MADE);
    }
  });

  it('is in the detail of a failure of the registry, and in its line of the log', async () => {
    const log = KeptLog.open('json');
    const { http, storage } = await start(log);
    storage.blobs.stat = () => Promise.reject(new Error('broken on purpose'));
    // With this header the registry looks for the size first.
    const response = await http
      .get(`/v2/team/app/blobs/sha256:${'a'.repeat(64)}`)
      .set('If-None-Match', 'x')
      .expect(500);
    const id = response.headers['x-request-id'] as string;
    expect(response.body).toMatchObject({ errors: [{ code: 'UNKNOWN', detail: { request: id } }] });
    expect(await log.objects('Registry', 1)).toMatchObject([
      { level: 'error', request: id, stack: expect.stringContaining('broken on purpose') },
    ]);
  });
});
