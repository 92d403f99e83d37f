import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { sendHostile } from '../../support/hostile-requests.js';
import { samplesOf, sumOf } from '../../support/metrics.js';
import { pushImageOverHttp } from '../../support/push-over-http.js';
import { freePort, PROJECT_ROOT } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { ObservedServer } from './observed-server.js';
import { Prometheus, promtool } from './prometheus.js';

const RULES = join(PROJECT_ROOT, 'examples/prometheus');
const DASHBOARD = join(PROJECT_ROOT, 'examples/grafana/berth.json');

let folder: string;
/** A collector that runs during a test, repositories with metrics of their own, and a webhook that nobody answers. */
let observedParts: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-observed-'));
  const events = join(folder, 'events.yaml');
  const url = `http://127.0.0.1:${await freePort()}/`;
  await writeFile(events, `webhooks:\n  - { name: ci, url: '${url}', format: distribution }\n`);
  observedParts = {
    REGISTRY_GC_INTERVAL: '1s',
    REGISTRY_METRICS_REPOSITORIES: '5',
    REGISTRY_EVENTS_FILE: events,
  };
});
afterAll(() => rm(folder, { recursive: true }));

it('promtool finds nothing wrong with the metrics', async () => {
  await using observed = await ObservedServer.start(observedParts);
  await pushAndPull(observed);

  expect(await promtool(['check', 'metrics'], await observed.scrape())).toBe('');
});

it('promtool finds nothing wrong with the sums of two workers', async () => {
  await using observed = await ObservedServer.start({ ...observedParts, REGISTRY_WORKERS: '2' });
  await pushAndPull(observed);
  await delay(1_500);

  expect(await promtool(['check', 'metrics'], await observed.scrape())).toBe('');
});

it('each alert fires when it must and stays silent when it need not', async () => {
  expect(await promtool(['check', 'rules', join(RULES, 'alerts.yml')])).toContain('SUCCESS');
  expect(await promtool(['test', 'rules', join(RULES, 'alerts.test.yml')])).toContain('SUCCESS');
});

it('every metric that the alerts and the dashboard name exists', async () => {
  await using observed = await ObservedServer.start(observedParts);
  await pushAndPull(observed);
  const used = [readFileSync(join(RULES, 'alerts.yml'), 'utf8'), ...queries()].join('\n');
  const names = new Set(used.match(/\b(?:berth|nodejs|process)_[a-z\d_]+/g));

  expect(names.size).toBeGreaterThan(15);
  let missing: string[] = [];
  // The process that delivers to webhooks takes its turn within seconds.
  await until(async () => {
    const series = [...samplesOf(await observed.scrape()).keys()];
    missing = [...names].filter((name) => !series.some((one) => one.startsWith(name)));
    return missing.length === 0;
  }).catch(() => undefined);
  expect(missing).toEqual([]);
});

it('every query of the dashboard shows something of a registry in use', async () => {
  await using observed = await ObservedServer.start(observedParts);
  await using prometheus = await Prometheus.scraping(observed.address);
  for (let round = 0; round < 8; round++) {
    await pushAndPull(observed);
    await delay(1_000);
  }
  await until(async () => (await prometheus.target()) === 'up');
  const empty: string[] = [];
  for (const query of queries()) {
    const expression = query.replaceAll('$instance', '.+').replaceAll('$__rate_interval', '5s');
    if ((await prometheus.seriesOf(expression)) === 0) empty.push(expression);
  }

  expect(queries().length).toBeGreaterThan(20);
  expect(empty).toEqual([]);
});

it("the dashboard is the one that its script makes with Grafana's types", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-dashboard-'));
  const made = join(folder, 'berth.json');
  execFileSync(process.execPath, [join(PROJECT_ROOT, 'build/grafana-dashboard.ts'), made]);
  const [ours, theirs] = [DASHBOARD, made].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')) as unknown,
  );
  await rm(folder, { recursive: true });

  expect(ours).toEqual(theirs);
});

it('100,000 requests with random paths, methods and tags create no series', async () => {
  await using observed = await ObservedServer.start({ REGISTRY_GC_INTERVAL: '0s' });
  const port = Number(new URL(observed.server.url).port);
  await sendHostile(port, 200);
  const before = seriesOf(await observed.scrape());
  await sendHostile(port, 100_000);
  const text = await observed.scrape();

  expect(sumOf(text, 'berth_http_requests_total')).toBeGreaterThan(100_000);
  expect(seriesOf(text)).toEqual(before);
});

function seriesOf(text: string): string[] {
  return [...samplesOf(text).keys()].filter((name) => name.startsWith('berth_'));
}

/** Returns the expressions of all panels. */
function queries(): string[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    panels: { targets?: { expr: string }[]; panels?: { targets?: { expr: string }[] }[] }[];
  };
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return all.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

/** Pushes an image with one layer and pulls it. */
async function pushAndPull({ server: { url } }: ObservedServer): Promise<void> {
  const layer = uniqueBytes(10_000);
  const image = buildImage([layer]);
  await pushImageOverHttp({ url }, 'team/app', '1.0', image);
  await get(`${url}/v2/team/app/manifests/1.0`);
  await get(`${url}/v2/team/app/blobs/${Digest.of(layer)}`);
}

async function get(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  expect(response.status).toBe(200);
}
