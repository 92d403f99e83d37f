/**
 * Compiles and bundles the project if a source is newer than the last build.
 *
 *   node build/if-newer.ts            run first by every script of package.json that needs a build
 *   node build/if-newer.ts --always   run by `npm run build`
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { needsBuild, stampBuild } from './stamp.ts';

const ROOT = resolve(import.meta.dirname, '..');

const STEPS = [
  ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
  ['build/bundle.ts'],
  ['build/console.ts'],
];

function main(): void {
  if (!process.argv.includes('--always')) {
    if (!needsBuild(ROOT)) return;
    console.log('Compiling');
  }
  const beganMs = Date.now();
  for (const step of STEPS) {
    const { status } = spawnSync(process.execPath, step, { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  stampBuild(ROOT, beganMs);
}

main();
