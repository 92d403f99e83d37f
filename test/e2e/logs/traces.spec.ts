import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collectionRules } from '../../../src/upkeep/gc/collection-rules.js';
import { uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { openLocalStorage } from '../../../src/storage/open-local-storage.js';
import { loadSettings } from '../../../src/config/settings.js';
import { Log } from '../../../src/log/log.js';
import { openTraces } from '../../../src/observe/traces/open-traces.js';
import { type Traces } from '../../../src/observe/traces/traces.js';
import { KeptLog } from '../../support/kept-log.js';
import { OtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver.js';
import { TestRegistry } from '../../support/registry.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

let receiver: OtlpReceiver;
let traces: Traces;
let log: KeptLog;
let registry: TestRegistry;
beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  log = KeptLog.open('json', 'debug');
  const part = new Log(log).of('Traces');
  traces = openTraces({ endpoint: receiver.url, version: '1.2.3', log: part });
  registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' }, {}, log, { traces });
});
afterEach(async () => {
  await registry.stop();
  await traces.close();
  receiver.stop();
});

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

const isPut = ({ name }: ReceivedSpan): boolean => name === 'PUT manifest';

describe('the spans that a receiver gets', () => {
  it('are those of a push, with its operations on the storage below it', async () => {
    const image = await registry.pushImage('team/app', '1.0');
    const [root, ...parts] = (await receiver.traceOf(isPut, 3)).sort((a) => (isPut(a) ? -1 : 1));
    expect(root).toMatchObject({
      service: 'berth',
      parentId: '',
      kind: 2,
      statusCode: 0,
      attributes: {
        'http.request.method': 'PUT',
        'http.response.status_code': 201,
        'http.request.body.size': image.bytes.length,
        'berth.repository': 'team/app',
        'berth.reference': '1.0',
      },
    });
    expect(root?.nanoseconds).toBeGreaterThan(1_000);
    expect(parts.map(({ name }) => name)).toContain('storage manifests.publish');
    expect(new Set(parts.map(({ parentId }) => parentId))).toEqual(new Set([root?.spanId]));
  });

  it('have the id of the log, also of a trace that begins here', async () => {
    await registry.http.get('/v2/').expect(200);
    const [span] = await receiver.traceOf(({ name }) => name === 'GET other', 1);
    const [line] = await log.objects('Requests', 1);
    expect(line).toMatchObject({
      trace: span?.traceId,
      request: span?.attributes['berth.request'],
    });
  });

  it('continue the trace of the caller, if it is sampled', async () => {
    const get = (path: string, flags: string) =>
      registry.http.get(path).set('traceparent', `00-${TRACE}-${PARENT}-${flags}`);
    await get('/v2/team/app/tags/list', '00').expect(404);
    await get('/v2/', '01').expect(200);
    const spans = await receiver.traceOf(({ traceId }) => traceId === TRACE, 1);
    expect(spans).toMatchObject([{ name: 'GET other', parentId: PARENT }]);
  });

  it('include the append and commit of an upload, and a failure of the registry', async () => {
    const location = await registry.beginUpload('team/app');
    const bytes = uniqueBytes(10);
    await registry.http
      .patch(location)
      .set('Content-Type', 'application/octet-stream')
      .send(bytes)
      .expect(202);
    registry.storage.blobs.stat = () => Promise.reject(new Error('broken on purpose'));
    await registry.http.head(`/v2/team/app/blobs/sha256:${'a'.repeat(64)}`).expect(500);
    const patch = await receiver.traceOf(({ name }) => name === 'PATCH upload', 3);
    expect(patch.map(({ name }) => name)).toContain('storage upload.append');
    const head = await receiver.traceOf(({ name }) => name === 'HEAD blob', 2);
    expect(head.map(({ statusCode }) => statusCode)).toEqual([2, 2]);
  });

  it('include one for a collection, and none for health checks', async () => {
    const settings = loadSettings({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const storage = traces.storage(openLocalStorage(settings));
    for await (const item of storage.collector?.collect(collectionRules(settings.gc), {
      holds: true,
    }) ?? []) {
      expect(item).toBeDefined();
    }
    await registry.http.get('/health').expect(200);
    const spans = await receiver.traceOf(({ name }) => name === 'storage collector.collect', 1);
    expect(spans).toMatchObject([{ parentId: '' }]);
    expect(receiver.spans.map(({ name }) => name)).not.toContain('GET health');
  });
});

describe('a receiver that is down', () => {
  it('is reported once, and once when it is back, and fails no request', async () => {
    receiver.mode = 400;
    for (let count = 0; count < 2; count++) {
      const asked = receiver.asked;
      await registry.http.get('/v2/').expect(200);
      for (let round = 0; round < 60 && receiver.asked === asked; round++) await pause(50);
    }
    receiver.mode = 200;
    await registry.http.get('/v2/').expect(200);
    const lines = await log.objects('Traces', 2);
    expect(lines).toMatchObject([
      { level: 'warn', msg: expect.stringMatching(/^traces are lost, http:.* does not take them/) },
      { level: 'info', msg: `traces are delivered to ${receiver.url} again` },
    ]);
  });

  it('delays neither requests nor the end of the process', async () => {
    receiver.mode = 'hang';
    for (let count = 0; count < 50; count++) await registry.http.get('/v2/').expect(200);
    expect(await elapsedMs(async () => registry.http.get('/v2/').expect(200))).toBeLessThan(500);
    expect(await elapsedMs(() => traces.close())).toBeLessThan(3_000);
  });

  it('gets what is still waiting when the process ends', async () => {
    await registry.http.get('/v2/').expect(200);
    await traces.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['GET other']);
  });
});
