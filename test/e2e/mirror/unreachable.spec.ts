import { createServer } from 'node:net';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { pull } from '../../support/mirror/pulling.js';
import { sumOf } from '../../support/metrics.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';
import { SeenServer } from '../../support/upstreams/seen-server.js';
import { openMetrics, type Metrics } from '../../../src/observe/metrics/metrics.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { CertificateFiles } from '../tls/certificate-files.js';

const SECRET = 'the-password-of-acme';
const PATH = '/v2/docker.io/library/alpine';

let hub: FakeHub;
let expired: SeenServer;
let files: CertificateFiles;
beforeAll(async () => {
  hub = await FakeHub.start({ users: { acme: SECRET } });
  hub.content.add('library/alpine', buildImage([uniqueBytes(100)]), '3');
  files = await CertificateFiles.make('localhost');
  const handler = (): void => undefined;
  expired = await SeenServer.start(handler, await files.expired('localhost'));
});
afterAll(async () => {
  await hub.stop();
  await expired.stop();
  await files.remove();
});

/** Resolves to a port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns the keys of a mirror whose upstream cannot answer. */
const MIRRORS: readonly (readonly [string, string, () => Promise<string> | string])[] = [
  [
    'refuses connections',
    'it refuses connections',
    async () => `url: 'http://127.0.0.1:${await closedPort()}'`,
  ],
  ['is gone from DNS', 'its name', () => `url: 'http://registry.invalid'`],
  [
    'has an expired certificate',
    'its certificate has expired',
    () => `url: '${expired.url}', ca: '${files.path('ca.crt')}'`,
  ],
  [
    'refuses the password',
    'check the user and the password of the mirror',
    () => `url: '${hub.url}', login: { user: acme, passwordFile: wrong }, content: public`,
  ],
];

describe.each(MIRRORS)('an upstream that %s', (_, reason, keys) => {
  let file: MirrorsFile;
  let registry: TestRegistry;
  let metrics: Metrics;
  const log = KeptLog.open('text');
  beforeAll(async () => {
    file = await MirrorsFile.write(fileFor(`url: '${hub.url}'`), { wrong: 'another-password' });
    const storage = createMemoryStorage({ maxBytes: 1_000 });
    metrics = await openMetrics({ storage, repositories: 0, ofProcess: false });
    const settings = { REGISTRY_STORAGE_DRIVER: 'memory', ...file.environment };
    registry = await TestRegistry.start(settings, {}, log, { metrics });
  });
  afterAll(async () => {
    await registry.stop();
    await file.remove();
  });

  const fileFor = (url: string): string =>
    `mirrors: [{ name: docker.io, ${url}, library: true, addresses: private, fresh: 0s }]\n`;

  it('does not keep stored tags from clients, who get 503 for all else and one question for all', async () => {
    const stored = await pull(registry, `${PATH}/manifests/3`);
    await file.change(fileFor(await keys()));
    await until(() => log.text.includes('the new content is in use'));
    const warnings = (): number => log.text.split('stored content is served').length - 1;

    const stale = await pull(registry, `${PATH}/manifests/3`);
    const missing = [
      await pull(registry, `${PATH}/manifests/4`),
      await pull(registry, `${PATH}/manifests/5`),
    ];

    expect([stored.status, stale.status]).toEqual([200, 200]);
    expect(stale.body.equals(stored.body)).toBe(true);
    expect(missing.map(({ status }) => status)).toEqual([503, 503]);
    expect(missing[0]?.body.toString()).toContain(reason);
    expect(Number(missing[0]?.headers['retry-after'])).toBeGreaterThan(20);
    expect(Math.max(...missing.map(({ endMs }) => endMs))).toBeLessThan(15_000);
    const labels = 'mirror="docker.io",kind="tag",result="stale"';
    expect(sumOf(await metrics.text(), 'berth_mirror_requests_total', labels)).toBe(1);
    // The mirror rests: the second and the third request asked nothing.
    expect(warnings()).toBe(1);
    expect(log.text).not.toContain(SECRET);
    expect(log.text).not.toContain('another-password');
  });
});
