import { equal } from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../check.ts';
import { Stack } from '../stack.ts';
import type { Place } from './folders.ts';

const SCRAPED_WITHIN_MS = 30_000;

interface Ports {
  readonly metricsPort: number;
  readonly prometheusPort: number;
}

/** Checks the profile of the compose file with Prometheus. */
export function prometheusChecks({ folder, port, ...ports }: Place & Ports): Check[] {
  let stack: Stack;
  return [
    {
      name: 'prometheus: the profile comes up',
      run: async () => {
        const lines = await overrideFile(join(folder, 'prometheus'), ports);
        const profile = { name: 'observability', lines };
        const environment = { REGISTRY_METRICS: `127.0.0.1:${ports.metricsPort}` };
        const options = { name: 'berth-prometheus', folder, port, environment, profile };
        stack = await Stack.create(options);
        await stack.up();
      },
    },
    {
      name: 'prometheus: it scrapes the registry, and has the rules of the alerts',
      run: async () => {
        await fetch(`${stack.url}/v2/`);
        const api = `http://127.0.0.1:${ports.prometheusPort}/api/v1`;
        equal(await valueOf(`${api}/query?query=up{job="berth"}`), '1');
        const rules = (await (await fetch(`${api}/rules`)).json()) as Rules;
        equal(rules.data.groups.length > 0, true);
      },
    },
    { name: 'prometheus: goes', run: () => stack.down() },
  ];
}

interface Rules {
  readonly data: { readonly groups: readonly unknown[] };
}

interface Answer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Resolves to the value of a query as soon as it has one. */
async function valueOf(url: string): Promise<string | undefined> {
  for (const giveUpAt = Date.now() + SCRAPED_WITHIN_MS; Date.now() < giveUpAt; await delay(500)) {
    const answer = await fetch(url).catch(() => undefined);
    const value = answer && ((await answer.json()) as Answer).data.result[0]?.value[1];
    if (value === '1') return value;
  }
  return undefined;
}

/** Writes the shipped file with the test's ports for the host's network, and the override that mounts it. */
async function overrideFile(
  files: string,
  { metricsPort, prometheusPort }: Ports,
): Promise<string[]> {
  await mkdir(files, { recursive: true });
  const shipped = await readFile('examples/prometheus/compose.yml', 'utf8');
  const path = join(files, 'compose.yml');
  const changed = shipped
    .replace('registry:9464', `127.0.0.1:${metricsPort}`)
    .replace('scrape_interval: 15s', 'scrape_interval: 1s');
  await writeFile(path, changed);
  return [
    '  prometheus:',
    '    network_mode: host',
    '    ports: !reset []',
    '    command:',
    '      - --config.file=/etc/prometheus/prometheus.yml',
    '      - --storage.tsdb.path=/prometheus',
    `      - --web.listen-address=127.0.0.1:${prometheusPort}`,
    '    volumes: !override',
    `      - ${resolve(path)}:/etc/prometheus/prometheus.yml:ro`,
    `      - ${resolve('examples/prometheus/alerts.yml')}:/etc/prometheus/alerts.yml:ro`,
    '      - prometheus-data:/prometheus',
  ];
}
