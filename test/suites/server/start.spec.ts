import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { PROJECT_ROOT, startServer } from '../../support/server-process.js';
import {
  buildImage,
  buildIndex,
  describeBytes,
  LAYER_TYPE,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { blobsOf, writeLayout } from '../../unit/transfer/archives.js';
import { withDirectory } from './storage-directory.js';

const whole = buildImage([uniqueBytes(10)]);
const layer = describeBytes(whole.layers[0] ?? whole.config, LAYER_TYPE).digest;

it('the start prints the URL, the data directory, and how to push a first image', async () => {
  await withDirectory(async (storagePath) => {
    const server = await startServer({ driver: 'filesystem', storagePath });
    const { host } = new URL(server.url);
    await server.stop();
    const lines = server.output().split('\n');
    expect(lines[0]).toBe(`Berth 0.1.0 serves ${server.url}`);
    expect(lines[1]).toBe(`Console: ${server.url}/console/`);
    expect(lines[2]).toBe(`Data: ${storagePath}`);
    expect(lines[3]).toBe(
      'Logins: none. Anyone who reaches the port may read, overwrite and delete everything',
    );
    expect(lines.slice(4, 7).join('\n')).toContain(`docker push ${host}/hello:1.0`);
  });
});

it('the start fails with one line for each invalid setting', async () => {
  const { code, errors } = await run({
    REGISTRY_PORT: '70000',
    REGISTRY_SPARSE_MANIFESTS: 'some',
    REGISTRY_MAX_MANIFEST_BYTES: '4MB',
    REGISTRY_IDLE_TIMEOUT: '60',
  });
  expect(code).toBe(1);
  expect(errors.trimEnd().split('\n')).toEqual([
    'REGISTRY_PORT is "70000"; allowed: a whole number from 0 to 65535',
    expect.stringMatching(/^REGISTRY_IDLE_TIMEOUT is "60"; allowed: a number with a unit: ms, s/),
    'REGISTRY_SPARSE_MANIFESTS is "some"; allowed: none, indexes, all',
    expect.stringMatching(/^REGISTRY_MAX_MANIFEST_BYTES is "4MB"; allowed: .*MiB/),
  ]);
});

it('the start refuses to listen on every network until logins are configured', async () => {
  const { code, errors } = await run({
    REGISTRY_HOST: '0.0.0.0',
    REGISTRY_STORAGE_DRIVER: 'memory',
  });
  expect(code).toBe(1);
  expect(errors).toContain('berth user add NAME --file users.htpasswd');
  expect(errors).toContain('REGISTRY_AUTH=none');
});

it('the start suggests another port if the port is taken', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as { port: number };
  const { code, errors } = await run({
    REGISTRY_PORT: String(port),
    REGISTRY_STORAGE_DRIVER: 'memory',
  });
  blocker.close();
  expect(code).toBe(1);
  expect(errors).toMatch(
    new RegExp(
      `^Port ${port} of 127.0.0.1 is taken .*REGISTRY_PORT=5001 npm start, or berth --port 5001\n$`,
    ),
  );
});

it('the memory storage is refused in a worker of a cluster', async () => {
  cluster.setupPrimary({
    exec: join(PROJECT_ROOT, 'dist/main.js'),
    args: [],
    execArgv: [],
    silent: true,
  });
  const worker = cluster.fork({ REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_PORT: '0' });
  const errors: Buffer[] = [];
  worker.process.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  const [code] = (await once(worker.process, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(Buffer.concat(errors).toString()).toBe(
    'The memory storage belongs to one process, and each worker of a cluster would have its own: ' +
      'set REGISTRY_STORAGE_DRIVER=filesystem\n',
  );
});

it('a directory with other content is refused as storage', async () => {
  await withDirectory(async (path) => {
    await writeFile(join(path, 'thesis.txt'), 'mine');
    const { code, errors } = await run({ REGISTRY_STORAGE_PATH: path });
    expect(code).toBe(1);
    expect(errors).toBe(
      `${path} is not empty and not a Berth store (thesis.txt): set REGISTRY_STORAGE_PATH to an empty directory\n`,
    );
  });
});

it('a storage with an unknown format is refused', async () => {
  await withDirectory(async (path) => {
    await writeFile(join(path, 'format'), 'berth 99\n');
    const { code, errors } = await run({ REGISTRY_STORAGE_PATH: path });
    expect(code).toBe(1);
    expect(errors).toBe(
      `${path} has the storage format "berth 99", and this version of Berth supports only "berth 1"\n`,
    );
  });
});

it('the start reports which seed cannot be loaded', async () => {
  await withDirectory(async (path) => {
    const seed = join(path, 'seed');
    await mkdir(seed);
    await writeFile(join(seed, 'notes.txt'), 'no image');
    const { code, errors } = await run({
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_SEED_PATH: seed,
    });
    expect(code).toBe(1);
    expect(errors).toBe(
      `REGISTRY_SEED_PATH: ${join(seed, 'notes.txt')} cannot be read as a tar file: TAR_BAD_ARCHIVE: Unrecognized archive format\n`,
    );
  });
});

it('the start reports in one line which layer a seed lacks', async () => {
  await withDirectory(async (path) => {
    const seed = join(path, 'app');
    await writeLayout(seed, [whole.descriptor], [whole.bytes, whole.config]);
    const { code, errors } = await run({
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_SEED_PATH: seed,
    });
    expect(code).toBe(1);
    expect(errors).toBe(
      `REGISTRY_SEED_PATH: ${seed}: app:latest lacks the layer ${layer}: save the image again with all of its layers, or remove it from the seed\n`,
    );
  });
});

it('the log names the images of an index that a seed lacks', async () => {
  await withDirectory(async (path) => {
    const seed = join(path, 'app');
    const missing = buildImage([uniqueBytes(10)]);
    const index = buildIndex([whole.descriptor, missing.descriptor]);
    await writeLayout(seed, [index.descriptor], [index.bytes, ...blobsOf(whole)]);
    const server = await startServer({
      driver: 'memory',
      storagePath: join(path, 'unused'),
      environment: { REGISTRY_SEED_PATH: seed },
    });
    await server.stop();
    expect(server.output()).toContain('Seeded app:latest');
    expect(server.output()).toContain(
      `${seed}: app:latest is loaded without 1 of its 2 entries: ${missing.digest.toString()} is missing`,
    );
  });
});

it('settings come from a .env file, unless the environment sets them', async () => {
  await withDirectory(async (path) => {
    await writeFile(join(path, '.env'), 'REGISTRY_PORT=nonsense\nREGISTRY_LOG_LEVEL=loud\n');
    const { errors } = await run({ REGISTRY_PORT: '0' }, [], path);
    expect(errors).toBe('REGISTRY_LOG_LEVEL is "loud"; allowed: error, warn, info, debug\n');
  });
});

it('the start warns of a variable that is not a setting', async () => {
  await withDirectory(async (storagePath) => {
    const environment = { REGISTRY_STORAGE_PAHT: '/elsewhere' };
    const server = await startServer({ driver: 'filesystem', storagePath, environment });
    await server.stop();
    expect(server.output()).toContain('REGISTRY_STORAGE_PAHT is not a setting of Berth');
  });
});

it.each([
  [['--help'], 0, 'berth help settings'],
  [['help', 'settings'], 0, 'REGISTRY_STORAGE_PATH'],
  [['--version'], 0, '0.1.0'],
  [['sevre'], 1, "unknown command 'sevre'; did you mean serve?"],
  [['--memory', '--port', '70000'], 1, 'REGISTRY_PORT is "70000"; allowed: '],
  [['--prot'], 1, "unknown option '--prot'; did you mean --port?"],
])('the command line %j prints its output and exits', async (args, expected, text) => {
  const { code, output, errors } = await run({}, args);
  expect(code).toBe(expected);
  expect(output + errors).toContain(text);
});

it('a command ends quietly when its reader is closed', async () => {
  const main = join(PROJECT_ROOT, 'dist/main.js');
  const child = spawn(process.execPath, [main, 'help', 'settings'], {
    env: { PATH: process.env['PATH'] },
  });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];

  expect({ code, errors }).toEqual({ code: 0, errors: '' });
});

async function run(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  cwd = PROJECT_ROOT,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/main.js'), ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code,
    output: Buffer.concat(output).toString(),
    errors: Buffer.concat(errors).toString(),
  };
}
