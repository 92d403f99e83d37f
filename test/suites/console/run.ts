/**
 * Runs the tests of the console at each place where it can be served: at the root of a host, below the path of a Nest application,
 * and behind nginx with a prefix.
 *
 *   node test/suites/console/run.ts              all tests at each place, which takes about 20 minutes
 *   node test/suites/console/run.ts --share      a third of the files at each place, as in continuous integration
 */
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { finish, runJest, type Counts } from '../../support/run-node.ts';
import { PLACE_NAMES } from './place-names.ts';

async function main(): Promise<void> {
  const { share } = parseArgs({
    options: { share: { type: 'boolean', default: false } },
  }).values;
  const counts: Counts[] = [];
  for (const [at, place] of PLACE_NAMES.entries()) {
    console.log(`The console at the place ${place}`);
    const files = share ? [`--shard=${at + 1}/${PLACE_NAMES.length}`] : [];
    counts.push(await runJest('console', { PLACE: place }, files));
  }
  finish(counts);
}

exitOnSignals();

await main();
