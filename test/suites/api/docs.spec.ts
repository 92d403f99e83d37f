import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';

const run = promisify(execFile);

/** The registry of the examples. */
const DOCUMENTED = 'http://localhost:5000';

interface Example {
  readonly commands: string;
  /** The answer as the page shows it. */
  readonly answer: unknown;
}

const EXAMPLES = [...(await examplesIn('docs/api.md')), ...(await examplesIn('docs/events.md'))];

/** Returns each block of commands that is followed by its answer. */
async function examplesIn(page: string): Promise<Example[]> {
  const text = await readFile(join(PROJECT_ROOT, page), 'utf8');
  const blocks = text.matchAll(/```sh\n([^`]*)```\n\n```json\n([^`]*)```/g);
  return [...blocks].map(([, commands = '', answer = '']) => {
    return { commands, answer: JSON.parse(answer) as unknown };
  });
}

let directory: string;
let server: ServerProcess;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-api-docs-'));
  const file = join(directory, 'events.yaml');
  await writeFile(
    file,
    `webhooks: [{ name: deploy, url: 'http://127.0.0.1:9', format: distribution }]`,
  );
  const environment = { REGISTRY_EVENTS_FILE: file };
  server = await startServer({
    driver: 'filesystem',
    storagePath: join(directory, 'data'),
    environment,
  });
  for (const tag of ['1.0', '2.0']) await push(tag);
  while (!(await isCounted())) await delay(50);
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Figures of a new repository are counted soon after somebody looks. */
async function isCounted(): Promise<boolean> {
  const response = await fetch(`${server.url}/api/v1/repositories`);
  const { repositories } = (await response.json()) as { repositories: { countedAt?: string }[] };
  return repositories[0]?.countedAt !== undefined;
}

async function push(tag: string): Promise<void> {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', tag }));
  const image = buildImage([uniqueBytes(300)], config);
  const url = `${server.url}/v2/team/app`;
  for (const blob of [config, ...image.layers]) {
    const body = new Uint8Array(blob);
    const path = `${url}/blobs/uploads/?digest=${Digest.of(blob)}`;
    await fetch(path, { method: 'POST', body });
  }
  const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
  const body = new Uint8Array(image.bytes);
  const response = await fetch(`${url}/manifests/${tag}`, { method: 'PUT', headers, body });
  expect(response.status).toBe(201);
}

/** Replaces values by their types, and lists by their first item: the page shows other digests, times and figures. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

it('docs/api.md and docs/events.md have examples', () => {
  expect(EXAMPLES.length).toBeGreaterThan(8);
});

it.each(EXAMPLES)(
  'the registry answers as the page says: $commands',
  async ({ commands, answer }) => {
    const script = `set -euo pipefail\n${commands.replaceAll(DOCUMENTED, server.url)}`;
    const { stdout } = await run('bash', ['-c', script]);
    const answered: unknown = JSON.parse(stdout);
    expect(shapeOf(answered)).toMatchObject(shapeOf(answer) as object);
  },
);
