import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';

/** Makes a process print every file that it loads. */
const TRACE = `data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module';" +
    'registerHooks({ load: (url, context, next) => (process._rawDebug(url), next(url, context)) });',
)}`;

/** Returns the packages whose code the command line loads from the bundle. A server ends as soon as it serves. */
async function packagesLoadedBy(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Set<string>> {
  const texts = (await filesLoadedBy(args, environment)).map(({ text }) => text);
  // The bundler writes the source of each module above it.
  const packages = texts.flatMap((text) =>
    [...text.matchAll(/^ *\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(
      ([, name = '']) => name,
    ),
  );
  return new Set(packages);
}

interface LoadedFile {
  readonly path: string;
  readonly text: string;
}

async function filesLoadedBy(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<LoadedFile[]> {
  const main = join(PROJECT_ROOT, 'dist/main.js');
  const child = spawn(process.execPath, ['--import', TRACE, main, ...args], {
    env: { PATH: process.env['PATH'], REGISTRY_PORT: '1', ...environment },
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes(' serves ')) child.kill('SIGTERM');
  });
  await once(child, 'close');
  const urls = printed.split('\n').filter((line) => line.startsWith('file:'));
  expect(urls).toContain(`file://${main}`);
  const paths = urls.map((url) => fileURLToPath(url));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

it.each([['health'], ['--version'], ['-v']])(
  'berth %s loads neither the command parser nor Nest',
  async (word) => {
    const packages = await packagesLoadedBy([word]);

    expect([...packages].filter((name) => /^(commander$|@nestjs\/|rxjs$)/.test(name))).toEqual([]);
    expect(packages).toContain('class-validator');
  },
);

it('berth --help loads the command parser, but not Nest', async () => {
  const packages = await packagesLoadedBy(['help', 'gc']);

  expect(packages).toContain('commander');
  expect([...packages].filter((name) => name.startsWith('@nestjs/'))).toEqual([]);
});

describe('OpenTelemetry', () => {
  const server = { REGISTRY_PORT: '0', REGISTRY_STORAGE_DRIVER: 'memory' };
  const isOpenTelemetry = (name: string): boolean => name.startsWith('@opentelemetry/');

  it('is not loaded by a server without REGISTRY_OTLP_ENDPOINT', async () => {
    const packages = await packagesLoadedBy(['serve'], server);
    expect(packages).toContain('@nestjs/core');
    expect([...packages].filter(isOpenTelemetry)).toEqual([]);
  });

  it('is in files of at most 1 MiB together', async () => {
    const settings = { ...server, REGISTRY_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const files = await filesLoadedBy(['serve'], settings);
    const those = files.filter(({ text }) => text.includes('// node_modules/@opentelemetry/'));
    const bytes = those.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(1024 * 1024);
  });
});

it('a server loads the code of the console only if it is on', async () => {
  const server = { REGISTRY_PORT: '0', REGISTRY_STORAGE_DRIVER: 'memory' };
  const isOfConsole = ({ text }: LoadedFile): boolean => /^ *\/\/ dist\/ui\//m.test(text);

  const off = await filesLoadedBy(['serve'], { ...server, REGISTRY_CONSOLE: 'off' });
  const on = await filesLoadedBy(['serve'], server);

  expect(off.filter(isOfConsole)).toEqual([]);
  expect(on.some(isOfConsole)).toBe(true);
});

it('a server loads the library for metrics only if they are on', async () => {
  const server = { REGISTRY_PORT: '0', REGISTRY_STORAGE_DRIVER: 'memory' };
  const off = await packagesLoadedBy(['serve'], server);
  const on = await packagesLoadedBy(['serve'], { ...server, REGISTRY_METRICS: '127.0.0.1:0' });

  expect(off).toContain('express');
  expect(off).not.toContain('prom-client');
  expect(on).toContain('prom-client');
});

it('a server loads nothing for PostgreSQL and S3 with another storage', async () => {
  const server = { REGISTRY_PORT: '0', REGISTRY_STORAGE_DRIVER: 'memory' };
  const other = {
    REGISTRY_STORAGE_DRIVER: 'postgres',
    REGISTRY_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    REGISTRY_OBJECTS: 's3://none',
  };
  const isForIt = (name: string): boolean => /^(?:pg$|kysely$|@aws-sdk\/)/.test(name);

  const loaded = await packagesLoadedBy(['serve'], server);
  const withIt = await packagesLoadedBy(['serve'], { ...server, ...other });

  expect([...loaded].filter(isForIt)).toEqual([]);
  expect(withIt).toContain('pg');
  expect(withIt).toContain('@aws-sdk/client-s3');
});
