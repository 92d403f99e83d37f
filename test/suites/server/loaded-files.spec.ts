import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';

/** Makes a process print every file that it loads. */
const TRACE = `data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module';" +
    'registerHooks({ load: (url, context, next) => (process._rawDebug(url), next(url, context)) });',
)}`;

/** Returns the packages whose code the command line loads from the bundle. */
async function packagesLoadedBy(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Set<string>> {
  const main = join(PROJECT_ROOT, 'dist/main.js');
  const child = spawn(process.execPath, ['--import', TRACE, main, ...args], {
    env: { PATH: process.env['PATH'], REGISTRY_PORT: '1', ...environment },
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  const files = printed.split('\n').filter((line) => line.startsWith('file:'));
  expect(files).toContain(`file://${main}`);
  const texts = await Promise.all(files.map((url) => readFile(fileURLToPath(url), 'utf8')));
  // The bundler writes the source of each module above it.
  const packages = texts.flatMap((text) =>
    [...text.matchAll(/^ *\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(
      ([, name = '']) => name,
    ),
  );
  return new Set(packages);
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

/** Makes a server end after everything was loaded, because no machine has this address. */
const NOWHERE = {
  REGISTRY_HOST: '192.0.2.1',
  REGISTRY_AUTH: 'none',
  REGISTRY_STORAGE_DRIVER: 'memory',
};

it('a server loads the library for metrics only if they are on', async () => {
  const off = await packagesLoadedBy(['serve'], NOWHERE);
  const on = await packagesLoadedBy(['serve'], { ...NOWHERE, REGISTRY_METRICS: '127.0.0.1:0' });

  expect(off).toContain('express');
  expect(off).not.toContain('prom-client');
  expect(on).toContain('prom-client');
});
