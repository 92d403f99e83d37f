/**
 * The package as others use it: packed, checked, installed, and tried by the examples on each Node that is supported.
 *
 *   node test/suites/examples/run.ts
 *   node test/suites/examples/run.ts storage install     only the checks with one of these words in their names
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { perform } from './checks.ts';
import { consumerChecks } from './consumer-checks.ts';
import { exampleChecks } from './examples.ts';
import { pack, packageChecks } from './package-checks.ts';
import { startChecks } from './start-checks.ts';
import { workflowChecks } from './workflow-checks.ts';

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const work = await mkdtemp(join(tmpdir(), 'berth-examples-'));
  try {
    const packed = await pack(work);
    const checks = [
      ...packageChecks(packed, work),
      ...consumerChecks(packed.tarball, work),
      ...startChecks(packed.tarball, work),
      ...workflowChecks(packed.tarball, work),
      ...exampleChecks(work),
    ];
    const chosen = checks.filter(
      ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
    );
    const { passed, failed } = await perform(chosen);
    if (failed > 0 || passed === 0) process.exitCode = 1;
    console.log(`${passed} passed, ${failed} failed`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

// A signal ends this process by `exit`, so that what it started is ended, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await main();
