import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.ts';
import { type Check } from './checks.ts';
import { NODE_22, NODE_24, run, type Runtime } from './command.ts';
import { install } from './package-checks.ts';

const WITHIN_MS = 60_000;

/** Loads every entry by `import` or by `require`, and fails if a value is missing. */
const LOADED = {
  'load.mjs': `
    import { createRegistry } from 'berth-registry';
    import { storageContract } from 'berth-registry/storage-contract';
    import { createTestRegistry } from 'berth-registry/testing';
    if (![createRegistry, createTestRegistry, storageContract].every(Boolean)) process.exit(1);
  `,
  'load.cjs': `
    const { createRegistry } = require('berth-registry');
    const { storageContract } = require('berth-registry/storage-contract');
    const { createTestRegistry } = require('berth-registry/testing');
    const { version } = require('berth-registry/package.json');
    if (![createRegistry, createTestRegistry, storageContract, version].every(Boolean)) process.exit(1);
  `,
};

/** Uses types and values of every entry, in both kinds of modules. */
const TYPED = `
  import { Digest, type Storage } from 'berth-registry';
  import { storageContract, type StorageFactory } from 'berth-registry/storage-contract';
  import { createTestRegistry } from 'berth-registry/testing';
  export const digest: string = Digest.of(new Uint8Array()).toString();
  export const declare = (factory: StorageFactory, storage: Storage): string => {
    storageContract({ describe, it, beforeEach, afterEach }, storage.description, factory);
    return digest;
  };
  export const url = (): Promise<string> => createTestRegistry().then((registry) => registry.url);
  declare const describe: (name: string, declare: () => void) => void;
  declare const it: (name: string, test: () => Promise<void>) => void;
  declare const beforeEach: (prepare: () => Promise<void>) => void;
  declare const afterEach: (cleanUp: () => Promise<void>) => void;
`;

/** The TypeScript settings under which programs find this package. With node16, CommonJS may not require ES modules. */
const RESOLUTIONS: Readonly<Record<string, readonly string[]>> = {
  'nodenext, from a module': ['--module', 'nodenext', 'typed.mts'],
  'nodenext, from CommonJS': ['--module', 'nodenext', 'typed.cts'],
  'node16, from a module': ['--module', 'node16', 'typed.mts'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler', 'typed.mts'],
};

/** Checks a program that installs the tarball and imports from it. */
export function consumerChecks(tarball: string, work: string): Check[] {
  const folder = join(work, 'consumer');
  return [
    { name: 'a program installs the package', run: () => prepare(tarball, folder) },
    ...[NODE_24, NODE_22].flatMap((runtime) =>
      Object.keys(LOADED).map((file) => loads(file, folder, runtime)),
    ),
    ...Object.entries(RESOLUTIONS).map(([name, args]) => ({
      name: `its types are found by ${name}`,
      run: () => compile(folder, args),
    })),
  ];
}

async function prepare(tarball: string, folder: string): Promise<string> {
  await install(tarball, folder, ['@types/node@24']);
  const files = { ...LOADED, 'typed.mts': TYPED, 'typed.cts': TYPED };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return '';
}

function loads(file: string, folder: string, runtime: Runtime): Check {
  return {
    name: `its entries are loaded by ${file} on ${runtime.name}`,
    run: () => run({ program: 'node', args: [file], cwd: folder, timeoutMs: WITHIN_MS, runtime }),
  };
}

function compile(folder: string, args: readonly string[]): Promise<string> {
  return run({
    program: join(PROJECT_ROOT, 'node_modules/.bin/tsc'),
    args: [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2023',
      '--types',
      'node',
      ...args,
    ],
    cwd: folder,
    timeoutMs: WITHIN_MS,
  });
}
