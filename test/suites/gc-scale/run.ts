import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { buildStore } from './build-store.ts';

/** The results of one pass over the store, as measured by `collect.ts`. */
interface Pass {
  readonly seconds: number;
  readonly collected: number;
  readonly peakMiB: number;
}

const PEAK_LIMIT_MIB = 400;
/** A pass with nothing to do reads a few directories of each repository, and a sixteenth of the content. */
const IDLE_LIMIT_SECONDS = 10;

const { values } = parseArgs({ options: { blobs: { type: 'string', default: '1000000' } } });
const blobs = Number(values.blobs);
const garbage = Math.round(blobs / 100);

const path = await mkdtemp(join(tmpdir(), 'berth-scale-'));
try {
  await buildStore(path, { blobs, garbage });
  const passes = await collect(path);
  report(passes);
} finally {
  await rm(path, { recursive: true, force: true });
}

/** Collects in a separate process, so that its memory is that of the collector. */
async function collect(store: string): Promise<Pass[]> {
  const child = fork(join(import.meta.dirname, 'collect.ts'), [store]);
  const [passes] = (await once(child, 'message')) as [Pass[]];
  await once(child, 'exit');
  return passes;
}

function report(passes: readonly Pass[]): void {
  console.table(passes);
  const [first, , idle] = passes;
  const checks = [
    [`the first pass collects the ${garbage} unreferenced blobs`, first?.collected === garbage],
    [
      `the peak of memory is below ${PEAK_LIMIT_MIB} MiB`,
      passes.every(({ peakMiB }) => peakMiB < PEAK_LIMIT_MIB),
    ],
    [
      `a pass with nothing to do takes less than ${IDLE_LIMIT_SECONDS} s`,
      (idle?.seconds ?? Infinity) < IDLE_LIMIT_SECONDS,
    ],
  ] as const;
  for (const [name, passed] of checks)
    console.log(`${passed ? 'ok' : 'FAILED'}: ${name} (${blobs} blobs)`);
  const failed = checks.filter(([, passed]) => !passed).length;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
