import { equal } from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Check } from '../check.ts';
import { attempt } from '../command.ts';
import type { SampleImage } from '../sample-image.ts';
import { MANIFEST_TYPES, Stack } from '../stack.ts';
import type { Place } from './folders.ts';

export interface ScalePorts {
  readonly database: number;
  readonly objects: number;
  readonly instances: readonly [number, number];
  readonly roundRobin: number;
}

/** How many requests go through the round robin, so that each instance gets several. */
const REQUESTS = 8;

/** Checks the profile of the compose file with two instances. */
export function scaleChecks(
  sample: SampleImage,
  { folder, port, ports }: Place & { readonly ports: ScalePorts },
): Check[] {
  let stack: Stack;
  const address = `127.0.0.1:${ports.roundRobin}`;
  return [
    {
      name: 'scale: the profile comes up, with its tables created before the instances start',
      run: async () => {
        const lines = await overrideLines(join(folder, 'scale'), ports);
        const profile = { name: 'scale', lines };
        stack = await Stack.create({ name: 'berth-scale', folder, port, profile });
        await stack.up();
      },
    },
    {
      name: 'scale: docker pushes an image through both instances, and pulls it',
      run: async () => {
        await sample.pushTo(address);
        for (const instance of ports.instances) {
          equal(await digestAt(`127.0.0.1:${instance}`, sample), sample.digest);
        }
        return sample.pullAfresh(sample.localName);
      },
    },
    {
      name: 'scale: while an instance is stopped, no request fails and docker pulls the image again',
      run: async () => {
        await stack.compose('stop', 'instance-1');
        for (let request = 0; request < REQUESTS; request++) {
          equal(await digestAt(address, sample), sample.digest);
        }
        return sample.pullAfresh(sample.localName);
      },
    },
    {
      name: 'scale: goes',
      run: async () => {
        await stack.down();
        equal(
          (await attempt('docker', ['volume', 'ls', '--quiet'])).stdout.includes('scale'),
          false,
        );
      },
    },
  ];
}

async function digestAt(address: string, { repository, tag }: SampleImage): Promise<string | null> {
  const response = await fetch(`http://${address}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: MANIFEST_TYPES.join(', ') },
  });
  return response.headers.get('docker-content-digest');
}

/** Writes the shipped file of nginx with the test's ports for the host's network, and the override that mounts it. */
async function overrideLines(files: string, ports: ScalePorts): Promise<string[]> {
  await mkdir(files, { recursive: true });
  const shipped = await readFile('examples/nginx/round-robin.conf', 'utf8');
  const [first, second] = ports.instances;
  const path = join(files, 'round-robin.conf');
  const changed = shipped
    .replace('listen 5000', `listen 127.0.0.1:${ports.roundRobin}`)
    .replace('instance-1:5000', `127.0.0.1:${first}`)
    .replace('instance-2:5000', `127.0.0.1:${second}`);
  await writeFile(path, changed);
  return [
    ...onHost('database', { PGPORT: String(ports.database) }),
    ...onHost('objects', { VGW_PORT: `127.0.0.1:${ports.objects}` }),
    ...onHost('migrate', berthSettings(ports), ['    build: { network: host }']),
    ...ports.instances.flatMap((port, index) =>
      onHost(`instance-${index + 1}`, { ...berthSettings(ports), REGISTRY_PORT: String(port) }, [
        '    build: { network: host }',
        '    healthcheck: { interval: 1s }',
      ]),
    ),
    ...onHost('round-robin', {}, [
      '    ports: !reset []',
      '    volumes: !override',
      `      - ${resolve(path)}:/etc/nginx/conf.d/default.conf:ro`,
    ]),
  ];
}

function onHost(
  service: string,
  environment: Readonly<Record<string, string>>,
  further: readonly string[] = [],
): string[] {
  return [
    `  ${service}:`,
    '    network_mode: host',
    `    environment: ${JSON.stringify(environment)}`,
    ...further,
  ];
}

function berthSettings({ database, objects }: ScalePorts): Record<string, string> {
  return {
    REGISTRY_HOST: '127.0.0.1',
    REGISTRY_DATABASE_URL: `postgres://berth:for-development@127.0.0.1:${database}/berth`,
    REGISTRY_S3_ENDPOINT: `http://127.0.0.1:${objects}`,
  };
}
