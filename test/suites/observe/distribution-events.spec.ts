import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { launch } from '../../../bench/registries.js';
import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { PROJECT_ROOT } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { TestReceiver } from '../../support/webhook-receiver.js';
import { ObservedServer } from './observed-server.js';

const PROGRAM = join(PROJECT_ROOT, '.tools/bin/registry');

type Fields = Readonly<Record<string, unknown>>;

interface DistributionEvent {
  readonly action: string;
  readonly timestamp: string;
  readonly target: Fields;
  readonly request: Fields;
  readonly source: Fields;
}

const image = buildImage([uniqueBytes(1_000)]);

interface Sent {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function send(url: string, { headers = {}, ...init }: Sent): Promise<Response> {
  const all = { 'User-Agent': 'test-client/1.0', ...headers };
  const response = await fetch(url, { ...init, headers: all });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${init.method} ${url}: ${response.status}`);
  return response;
}

/** Pushes an image by two tags and by its digest, and removes a tag and the manifest. */
async function use(registry: string): Promise<void> {
  const repository = `${registry}/v2/team/app`;
  for (const blob of [image.config, ...image.layers]) {
    const begun = await send(`${repository}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(String(begun.headers.get('location')), registry);
    location.searchParams.set('digest', Digest.of(blob).toString());
    const type = { 'Content-Type': 'application/octet-stream' };
    await send(location.href, { method: 'PUT', headers: type, body: new Uint8Array(blob) });
  }
  const body = image.bytes.toString();
  const { mediaType } = JSON.parse(body) as { mediaType: string };
  const put = { method: 'PUT', headers: { 'Content-Type': mediaType }, body };
  for (const reference of ['1.0', '1.1', String(image.digest)]) {
    await send(`${repository}/manifests/${reference}`, put);
  }
  await send(`${repository}/manifests/1.1`, { method: 'DELETE' });
  await send(`${repository}/manifests/1.0`, { method: 'DELETE' });
  await send(`${repository}/manifests/${image.digest}`, { method: 'DELETE' });
}

/** The events about manifests and tags, of which there are six. Distribution also reports blobs. */
async function eventsIn(receiver: TestReceiver): Promise<DistributionEvent[]> {
  const all = (): DistributionEvent[] =>
    receiver.received
      .flatMap(({ body }) => (JSON.parse(body) as { events: DistributionEvent[] }).events)
      .filter(({ target }) => target['mediaType'] !== 'application/octet-stream');
  await until(() => all().length >= 6);
  await delay(500);
  return all();
}

/** What receivers read: all values that both registries must agree about, and the names of the other fields. */
function comparable({ action, target, request, source, timestamp, ...rest }: DistributionEvent) {
  const { url, ...sameTarget } = target;
  const { method, useragent, ...ofRequest } = request;
  return {
    action,
    target: sameTarget,
    path: typeof url === 'string' ? new URL(url).pathname : undefined,
    request: { method, useragent, others: Object.keys(ofRequest).sort() },
    source: Object.keys(source).sort(),
    others: Object.keys(rest).sort(),
    isTime: !Number.isNaN(Date.parse(timestamp)),
  };
}

async function recordedFromDistribution(folder: string, receiver: TestReceiver): Promise<void> {
  const settings = join(folder, 'config.yml');
  const registry = await launch(PROGRAM, (port) => {
    writeFileSync(settings, configuration(folder, port, receiver.url));
    return ['serve', settings];
  });
  try {
    await use(registry.url);
    await eventsIn(receiver);
  } finally {
    await registry.stop();
  }
}

function configuration(folder: string, port: number, url: string): string {
  return `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { delete: { enabled: true }, filesystem: { rootdirectory: ${folder}/data } }
http: { addr: '127.0.0.1:${port}', secret: for-uploads-only }
notifications:
  endpoints: [{ name: test, url: '${url}', timeout: 1s, threshold: 5, backoff: 1s }]
`;
}

it('receivers of distribution get the same events from Berth', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-distribution-'));
  await using theirs = await TestReceiver.start();
  await using ours = await TestReceiver.start();
  await recordedFromDistribution(folder, theirs);
  const file = join(folder, 'events.yaml');
  await writeFile(file, `webhooks: [{ name: old, url: '${ours.url}', format: distribution }]`);
  await using observed = await ObservedServer.start({ REGISTRY_EVENTS_FILE: file });
  await delay(2_500);
  await use(observed.server.url);

  const expected = (await eventsIn(theirs)).map(comparable);
  expect((await eventsIn(ours)).map(comparable)).toEqual(expected);
  const type = 'application/vnd.docker.distribution.events.v2+json';
  for (const { headers } of [...theirs.received, ...ours.received]) {
    expect(headers['content-type']).toBe(type);
  }
  await rm(folder, { recursive: true });
});
