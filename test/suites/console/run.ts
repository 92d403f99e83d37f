/**
 * Runs the tests of the console at each place where it can be served: at the root of a host, below the path of a Nest application,
 * and behind nginx with a prefix.
 *
 *   node test/suites/console/run.ts              all tests at each place, which takes about 20 minutes
 *   node test/suites/console/run.ts --share      a third of the files at each place, as in continuous integration
 */
import { parseArgs } from 'node:util';

import { finish, runJest, type Counts } from '../../support/run-node.ts';

/** As `places.ts` names them. */
const PLACES = ['root', 'nest', 'nginx'];

async function main(): Promise<void> {
  const { share } = parseArgs({
    options: { share: { type: 'boolean', default: false } },
  }).values;
  const counts: Counts[] = [];
  for (const [at, place] of PLACES.entries()) {
    console.log(`The console at the place ${place}`);
    const files = share ? [`--shard=${at + 1}/${PLACES.length}`] : [];
    counts.push(await runJest('console', { PLACE: place }, files));
  }
  finish(counts);
}

// Handles signals with `exit`, so that the running command is ended, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await main();
