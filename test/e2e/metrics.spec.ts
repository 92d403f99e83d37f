import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createRegistry } from '../../src/embed/create-registry.js';
import { type Registry } from '../../src/embed/registry.js';
import { openMetrics, type Metrics } from '../../src/observe/metrics/metrics.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { buildImage, uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { basic, GuardedRegistry } from '../support/access.js';
import { tableRows } from '../support/markdown.js';
import { sendHostile } from '../support/hostile-requests.js';
import { descriptionsOf, samplesOf, sumOf } from '../support/metrics.js';
import { TestRegistry } from '../support/registry.js';
import { cookieFrom, openSession } from '../support/sessions.js';

const MIB = 1024 ** 2;

/** A registry of tests with metrics. */
async function start(
  environment: Readonly<Record<string, string>> = {},
  repositories = 0,
): Promise<{ registry: TestRegistry; metrics: Metrics }> {
  const storage = createMemoryStorage({ maxBytes: 100 * MIB });
  const metrics = await openMetrics({ storage, repositories, ofProcess: true });
  const registry = await TestRegistry.start(
    { REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_GC_GRACE: '500ms', ...environment },
    storage,
    false,
    { metrics },
  );
  return { registry, metrics };
}

describe('the metrics', () => {
  let registry: TestRegistry;
  let metrics: Metrics;

  beforeAll(async () => {
    ({ registry, metrics } = await start({ REGISTRY_GC_INTERVAL: '300ms' }, 5));
  });
  afterAll(() => registry.stop());

  /** Resolves to how much a series has grown during `work`. */
  async function growth(work: () => Promise<unknown>, name: string, labels = ''): Promise<number> {
    const before = sumOf(await metrics.text(), name, labels);
    await work();
    return sumOf(await metrics.text(), name, labels) - before;
  }

  it('all change while clients push, pull, delete and are refused', async () => {
    const other = await start({ REGISTRY_GC_INTERVAL: '0s' }, 5);
    const before = samplesOf(await other.metrics.text());
    await other.registry.stop();
    const image = await registry.pushImage('team/app', '1.0', [uniqueBytes(5_000)]);
    await registry.http.get('/v2/team/app/manifests/1.0').expect(200);
    await registry.http.get(`/v2/team/app/manifests/${image.digest}`).expect(200);
    await registry.pushBlob('team/app', uniqueBytes(10_000));
    await registry.beginUpload('team/app');
    const open = connect(registry.port, '127.0.0.1');
    const location = await registry.beginUpload('team/app');
    open.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n1`);
    await delay(1_500);
    const text = await metrics.text();
    open.destroy();

    const changed = new Set<string>();
    for (const [series, value] of samplesOf(text)) {
      if (value !== before.get(series)) changed.add(series.replace(/[{].*/, ''));
    }
    const names = descriptionsOf(text).filter(({ name }) => name.startsWith('berth_'));
    const base = [...changed].map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
    const same = names.filter(({ name }) => !base.includes(name) && !changed.has(name));
    // The version never changes, other tests of this file log in, memory loses no events, and webhooks have a test of their own.
    expect(same.map(({ name }) => name)).toEqual([
      'berth_auth_total',
      'berth_events_lost_total',
      'berth_events_delivered_total',
      'berth_events_pending',
      'berth_events_oldest_seconds',
      'berth_build_info',
    ]);
    expect(sumOf(text, 'berth_http_in_flight', 'route="upload"')).toBe(1);
    expect(sumOf(text, 'berth_pulls_total', 'kind="tag"')).toBe(1);
    expect(sumOf(text, 'berth_pulls_total', 'kind="digest"')).toBe(1);
    expect(sumOf(text, 'berth_gc_freed_bytes_total')).toBe(10_000);
    expect(sumOf(text, 'berth_storage_manifests')).toBe(1);
    expect(sumOf(text, 'berth_storage_repositories')).toBe(1);
  });

  it('count a manifest that was refused neither as pushed nor as pulled', async () => {
    const refused = async (): Promise<void> => {
      const { bytes } = buildImage([uniqueBytes(10)]);
      await registry.putManifest('team/app', '2.0', bytes).expect(400);
      await registry.http.get('/v2/team/app/manifests/none').expect(404);
    };

    expect(await growth(refused, 'berth_pushes_total')).toBe(0);
    expect(await growth(refused, 'berth_pulls_total')).toBe(0);
    expect(await growth(refused, 'berth_http_requests_total', 'code="404"')).toBe(1);
  });

  it('are described in docs/metrics.md with their types, labels and help', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
    const rows = tableRows(page).filter(([name = '']) => name.startsWith('`berth_'));
    const documented = rows.map(([name, type, , help]) => ({ name, type, help }));
    // A registry without mirrors has none of these.
    metrics.mirrors();
    const described = descriptionsOf(await metrics.text())
      .filter(({ name }) => name.startsWith('berth_'))
      .map(({ name, type, help }) => ({ name: `\`${name}\``, type, help }));

    expect(documented).toEqual(described);
  });

  it('have the names of prom-client for the process', async () => {
    const names = descriptionsOf(await metrics.text()).map(({ name }) => name);

    expect(names).toContain('process_resident_memory_bytes');
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(names).toContain('nodejs_heap_size_used_bytes');
  });
});

it('nothing that clients choose becomes a series', async () => {
  const { registry, metrics } = await start({ REGISTRY_GC_INTERVAL: '0s' });
  await registry.http.get('/v2/first/manifests/1').expect(404);
  await sendHostile(registry.port, 200);
  const before = seriesOf(await metrics.text());
  await sendHostile(registry.port, 2_000);
  const text = await metrics.text();
  await registry.stop();

  expect(sumOf(text, 'berth_http_requests_total')).toBeGreaterThan(2_000);
  expect(seriesOf(text)).toEqual(before);
});

it('logins and refusals are counted by their result', async () => {
  const storage = createMemoryStorage({ maxBytes: MIB });
  const metrics = await openMetrics({ storage, repositories: 0, ofProcess: false });
  const rules = 'rules: [{ repositories: ["team/**"], who: [alice], can: [pull] }]\n';
  const guarded = await GuardedRegistry.start(['alice', 'bob'], rules, {}, { metrics });
  const ask = (path: string, authorization?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${guarded.registry.port}${path}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
  const results = async (): Promise<number[]> => {
    const text = await metrics.text();
    return ['success', 'failure', 'denied', 'anonymous'].map((result) =>
      sumOf(text, 'berth_auth_total', `result="${result}"`),
    );
  };
  await ask('/v2/');
  await ask('/v2/', basic('alice'));
  await ask('/v2/_token?service=x', basic('alice'));
  await ask('/v2/_token?service=x', basic('alice', 'wrong'));
  await ask('/v2/team/app/tags/list', basic('bob'));
  await ask('/health', basic('bob'));
  await openSession(guarded.registry, 'alice', 'wrong');
  const session = await openSession(guarded.registry, 'alice');
  await guarded.registry.http.get('/api/v1/me').set('Cookie', cookieFrom(session)).expect(200);
  const counted = await results();
  await guarded.stop();

  expect(counted).toEqual([4, 2, 1, 1]);
});

describe('the metrics of repositories', () => {
  it('name the first repositories with traffic, and count all others together', async () => {
    const { registry, metrics } = await start({ REGISTRY_GC_INTERVAL: '0s' }, 2);
    for (let count = 1; count <= 5; count++) await registry.pushImage(`team/app${count}`, '1.0');
    const text = await metrics.text();
    await registry.stop();

    const series = [...samplesOf(text)].filter(([name]) => /^berth_repository_pushes/.test(name));
    expect(series).toEqual([
      ['berth_repository_pushes_total{repository="team/app1"}', 1],
      ['berth_repository_pushes_total{repository="team/app2"}', 1],
      ['berth_repository_pushes_total{repository="other"}', 3],
    ]);
  });
});

describe('an embedded registry', () => {
  const counted = (metrics: boolean): Promise<Registry> =>
    createRegistry({ storage: { driver: 'memory' }, access: 'none', logger: false, metrics });

  it('returns its own metrics, without those of the process', async () => {
    await using one = await counted(true);
    await using other = await counted(true);
    await fetch(`${await one.listen()}/v2/`);

    expect(sumOf(await one.metrics(), 'berth_http_requests_total')).toBe(1);
    expect(sumOf(await other.metrics(), 'berth_http_requests_total')).toBe(0);
    expect(await one.metrics()).not.toContain('process_');
  });

  it('refuses to return metrics that it does not count', async () => {
    await using registry = await counted(false);

    await expect(registry.metrics()).rejects.toThrow('set the option metrics to true');
  });

  it('refuses an address for its metrics', async () => {
    const settings = { REGISTRY_METRICS: '127.0.0.1:9464' };
    const starting = createRegistry({ storage: { driver: 'memory' }, settings });

    await expect(starting).rejects.toThrow('use the option metrics');
  });
});

/** The series of Berth. Those of Node.js do not depend on requests, but its collector may show new kinds at any time. */
function seriesOf(text: string): string[] {
  return [...samplesOf(text).keys()].filter((name) => name.startsWith('berth_'));
}
