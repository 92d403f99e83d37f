import { existsSync, readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.ts';
import { type Check } from './checks.ts';
import { NODE_22, NODE_24, run, type Runtime } from './command.ts';

const EXAMPLES = join(PROJECT_ROOT, 'examples');
const INSTALL_WITHIN_MS = 180_000;
const TEST_WITHIN_MS = 60_000;
const COMPILE_WITHIN_MS = 60_000;

/** Returns the examples that are packages. The others are files to copy. */
function exampleNames(): string[] {
  return readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'package.json')));
}

/**
 * Checks each example in its own folder below `work`, where it finds the tarball.
 *
 * It is installed, type-checked if it is TypeScript, and tested on each Node. An example that does
 * not end by itself fails.
 */
export function exampleChecks(work: string): Check[] {
  return exampleNames().flatMap((name) => {
    const folder = join(work, 'examples', name);
    return [
      { name: `${name} installs the package`, run: () => installExample(name, folder) },
      ...(existsSync(join(EXAMPLES, name, 'tsconfig.json')) ? [compiles(name, folder)] : []),
      ...[NODE_24, NODE_22].map((runtime) => passes(name, folder, runtime)),
    ];
  });
}

async function installExample(name: string, folder: string): Promise<string> {
  await cp(join(EXAMPLES, name), folder, {
    recursive: true,
    filter: (path) => !path.includes(join(name, 'node_modules')),
  });
  const args = ['install', '--no-fund', '--no-audit', '--prefer-offline', '--no-package-lock'];
  await run({ program: 'npm', args, cwd: folder, timeoutMs: INSTALL_WITHIN_MS });
  return '';
}

function compiles(name: string, folder: string): Check {
  return {
    name: `${name} compiles`,
    run: () =>
      run({
        program: join(PROJECT_ROOT, 'node_modules/.bin/tsc'),
        args: ['--noEmit', '--project', folder],
        cwd: folder,
        timeoutMs: COMPILE_WITHIN_MS,
      }),
  };
}

function passes(name: string, folder: string, runtime: Runtime): Check {
  return {
    name: `${name} passes on ${runtime.name}`,
    run: async () => {
      const args = ['test', '--silent'];
      await run({ program: 'npm', args, cwd: folder, timeoutMs: TEST_WITHIN_MS, runtime });
      return '';
    },
  };
}
