/**
 * Runs all tests of several instances: those of jest, and the official conformance suite.
 *
 *   node test/suites/scale/run.ts                   each fault lasts half a minute
 *   node test/suites/scale/run.ts --seconds 6       each fault lasts six seconds, as in continuous integration
 */
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { countsOf, finish, runJest, runNode, type Counts } from '../../support/run-node.ts';

async function main(): Promise<void> {
  const { seconds } = parseArgs({
    options: { seconds: { type: 'string', default: '30' } },
  }).values;
  finish([await runJest('scale', { SCALE_SECONDS: seconds }), await runConformance()]);
}

async function runConformance(): Promise<Counts> {
  const { isGood, said } = await runNode(['test/suites/scale/conformance.ts']);
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(said) ?? [];
  return countsOf(isGood, Number(passed ?? 0), Number(failed ?? 0));
}

exitOnSignals();

await main();
