/**
 * Tests the package as users get it: packed, checked, installed, and used by the examples on each supported Node.
 *
 *   node test/suites/examples/run.ts
 *   node test/suites/examples/run.ts storage install     only the checks whose names contain one of these words
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { perform } from './checks.ts';
import { consumerChecks } from './consumer-checks.ts';
import { deploymentChecks } from './deployment-checks.ts';
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
      ...deploymentChecks(),
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

exitOnSignals();

await main();
