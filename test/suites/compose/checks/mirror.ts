import { deepEqual, equal } from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Check } from '../check.ts';
import type { SampleImage } from '../sample-image.ts';
import { Stack } from '../stack.ts';
import type { Place } from './folders.ts';

interface Ports {
  readonly mirrorPort: number;
  readonly hubPort: number;
}

/** Checks the profile of the compose file with the mirrors. The registry of the same file stands in for Docker Hub. */
export function mirrorChecks(
  sample: SampleImage,
  { folder, port, mirrorPort, hubPort }: Place & Ports,
): Check[] {
  let stack: Stack;
  const address = `127.0.0.1:${mirrorPort}`;
  const mirrored = `${address}/docker.io/${sample.name}`;
  const manifest = `v2/${sample.repository}/manifests/${sample.tag}`;
  return [
    {
      name: 'mirror: the profile comes up',
      run: async () => {
        const files = join(folder, 'mirror');
        await writeMirrors(files, port, hubPort);
        const profile = { name: 'mirror', lines: overrideLines(files, mirrorPort) };
        stack = await Stack.create({ name: 'berth-mirror', folder, port, profile });
        await stack.up();
      },
    },
    {
      name: 'mirror: docker pulls an image of the other registry through it, and runs it',
      run: async () => {
        await sample.pushTo(stack.address);
        return sample.pullAfresh(mirrored);
      },
    },
    {
      name: 'mirror: it is served at an address of its own, for registry-mirrors',
      run: async () => equal(await statusOf(`http://127.0.0.1:${hubPort}/${manifest}`), 200),
    },
    {
      name: 'mirror: it has the mirrors of the shipped file',
      run: async () => {
        const names = ['docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io'];
        // A push to the name of a mirror is refused, to any other name it is not.
        const refused = names.map((name) =>
          statusOf(`http://${address}/v2/${name}/x/blobs/uploads/`, 'POST'),
        );
        deepEqual(await Promise.all(refused), [403, 403, 403, 403]);
        equal(await statusOf(`http://${address}/v2/team/app/blobs/uploads/`, 'POST'), 202);
      },
    },
    {
      name: 'mirror: after down and up it has the image, and the other registry is gone',
      run: async () => {
        await stack.compose('down');
        const begun = ['up', '--detach', '--wait', '--wait-timeout', '60', 'mirror'];
        await stack.compose(...begun);
        equal(await statusOf(`${stack.url}/v2/`).catch(() => 'no connection'), 'no connection');
        return sample.pullAfresh(mirrored);
      },
    },
    { name: 'mirror: goes', run: () => stack.down() },
  ];
}

async function statusOf(url: string, method = 'GET'): Promise<number> {
  const response = await fetch(url, { method });
  await response.arrayBuffer();
  return response.status;
}

/** Writes the shipped file with the stand-in for Docker Hub, and the test's port. */
async function writeMirrors(files: string, port: number, hubPort: number): Promise<void> {
  await mkdir(files, { recursive: true });
  const shipped = await readFile('examples/mirror/mirrors.yaml', 'utf8');
  const changed = shipped
    .replace('https://registry-1.docker.io', `'http://127.0.0.1:${port}', addresses: private`)
    .replace('0.0.0.0:5001', `127.0.0.1:${hubPort}`);
  await writeFile(join(files, 'mirrors.yaml'), changed);
}

function overrideLines(files: string, mirrorPort: number): string[] {
  const environment = { REGISTRY_HOST: '127.0.0.1', REGISTRY_PORT: String(mirrorPort) };
  return [
    '  mirror:',
    '    build: { network: host }',
    '    network_mode: host',
    '    ports: !reset []',
    `    environment: ${JSON.stringify(environment)}`,
    '    volumes: !override',
    `      - ${resolve(files)}:/mirrors:ro`,
    '      - mirror-data:/data',
    '    healthcheck: { interval: 1s }',
  ];
}
