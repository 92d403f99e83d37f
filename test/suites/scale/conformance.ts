/**
 * Runs the official conformance suite through a round robin over three instances: with the defaults and with everything optional, each
 * without logins and with tokens over TLS.
 *
 *   node test/suites/scale/conformance.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { makeCertificate, makeLogins } from '../../support/berth.ts';
import { freePort } from '../../support/server-process.ts';
import { attempt, closingLine, describe, print, type Outcome } from '../conformance/outcomes.ts';
import { DEMANDS, type Demand, type Target } from '../conformance/suite.ts';
import { Instances, type InstancesOptions } from './servers/instances.ts';
import { PostgresServer } from './servers/postgres-server.ts';
import { S3Server } from './servers/s3-server.ts';

/** The login of the suite, with rights for its own repositories only. */
const LOGIN = { name: 'suite', password: 'what the suite logs in with' };
const RULES = `
rules:
  - { repositories: ['conformance/*'], who: [${LOGIN.name}], can: [pull, push, delete] }
`;

/** Which registry the suite sees, and how it has to log in. */
interface Entrance {
  readonly name: string;
  readonly options: Pick<InstancesOptions, 'environment' | 'tls'>;
  readonly target: Omit<Target, 'url'>;
}

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'berth-conformance-'));
  const postgres = await PostgresServer.start({ port: await freePort(), fsync: false });
  const s3 = await S3Server.start(await freePort());
  const outcomes: Outcome[] = [];
  try {
    for (const entrance of await makeEntrances(work)) {
      for (const demand of Object.values(DEMANDS)) {
        const database = await postgres.createDatabase(`run_${outcomes.length}`);
        const place = { database, s3: s3.endpoint, prefix: `run-${outcomes.length}` };
        outcomes.push(await runThrough(entrance, demand, place, work));
      }
    }
  } finally {
    await s3.dispose();
    await postgres.dispose();
  }
  print(outcomes);
  if (outcomes.every(({ problems }) => problems.length === 0)) {
    await rm(work, { recursive: true });
  } else {
    console.log(`Requests and answers: ${work}/*/report.html`);
    process.exitCode = 1;
  }
  console.log(closingLine(outcomes));
}

/** Logins use TLS only, which ends at the round robin. */
async function makeEntrances(work: string): Promise<Entrance[]> {
  const folder = join(work, 'tls');
  await makeCertificate(folder);
  const logins = await makeLogins(work, { [LOGIN.name]: LOGIN.password }, RULES);
  const tls = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  const environment = { ...logins.environment, REGISTRY_AUTH: 'token' };
  const caFile = join(folder, 'ca.crt');
  return [
    { name: '', options: {}, target: {} },
    { name: ' token', options: { tls, environment }, target: { login: LOGIN, caFile } },
  ];
}

async function runThrough(
  { name, options, target }: Entrance,
  demand: Demand,
  place: Pick<InstancesOptions, 'database' | 's3' | 'prefix'>,
  work: string,
): Promise<Outcome> {
  const title = `three instances ${demand.version}${name}`;
  const sparse = demand.version === 'dev' ? { sparseManifests: 'all' as const } : {};
  try {
    const instances = await Instances.start({ ...place, ...sparse, ...options });
    const outcome = await attempt(title, demand, { url: instances.url, ...target }, work);
    const isGood = outcome.problems.length === 0;
    const log = isGood ? [] : [`the last lines of the instances:\n${instances.output()}`];
    const end = await instances.stop().then(
      () => [],
      (error: unknown) => [describe(error)],
    );
    return { ...outcome, problems: [...outcome.problems, ...log, ...end] };
  } catch (error) {
    return { title, problems: [describe(error)] };
  }
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
