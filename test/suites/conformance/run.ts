/**
 * Runs the official conformance suite against the built server, on each storage adapter: with the defaults and with
 * everything optional, each without logins, with a mirrors file, and with each kind of login over TLS.
 *
 *   node test/suites/conformance/run.ts
 *   node test/suites/conformance/run.ts --url http://127.0.0.1:5000 --version dev     an already running server
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { makeCertificate, makeLogins } from '../../support/berth.ts';
import { startServer, type ServerSettings } from '../../support/server-process.ts';
import { attempt, closingLine, describe, print, type Outcome } from './outcomes.ts';
import { DEMANDS, type Demand, type Target } from './suite.ts';

const DRIVERS = ['filesystem', 'memory'] as const;

/** The login of the suite, with rights for its own repositories only. */
const LOGIN = { name: 'suite', password: 'what the suite logs in with' };
const RULES = `
rules:
  - { repositories: ['conformance/*'], who: [${LOGIN.name}], can: [pull, push, delete] }
`;

/** The names of the suite's repositories are not those of this mirror. */
const MIRRORS = `mirrors: [{ name: docker.io, url: 'https://registry-1.docker.io' }]\n`;

/** Which registry the suite sees, and how it has to log in. */
interface Entrance {
  readonly name: string;
  readonly settings: Partial<ServerSettings>;
  readonly target: Omit<Target, 'url'>;
}

interface Run {
  readonly entrance: Entrance;
  readonly driver: ServerSettings['driver'];
  readonly demand: Demand;
}

async function main(): Promise<void> {
  const { url, version } = parseArgs({
    options: { url: { type: 'string' }, version: { type: 'string', default: '1.1' } },
  }).values;
  const demand = demandFor(version);
  const work = await mkdtemp(join(tmpdir(), 'berth-conformance-'));
  const outcomes =
    url === undefined
      ? await runAll(work)
      : [await attempt(`${url} ${version}`, demand, { url }, work)];
  print(outcomes);
  if (outcomes.every(({ problems }) => problems.length === 0)) {
    await rm(work, { recursive: true });
  } else {
    console.log(`Requests and answers: ${work}/*/report.html`);
    process.exitCode = 1;
  }
  console.log(closingLine(outcomes));
}

function demandFor(version: string): Demand {
  const demand = DEMANDS[version];
  if (!demand) throw new Error(`--version ${version}: allowed: ${Object.keys(DEMANDS).join(', ')}`);
  return demand;
}

/** Runs one after the other: two runs at once would compete for the CPU, and failures could not be attributed. */
async function runAll(work: string): Promise<Outcome[]> {
  const runs = (await makeEntrances(work)).flatMap((entrance) =>
    DRIVERS.flatMap((driver) =>
      Object.values(DEMANDS).map((demand): Run => ({ entrance, driver, demand })),
    ),
  );
  const outcomes: Outcome[] = [];
  for (const run of runs) outcomes.push(await runOnOwnServer(run, work));
  return outcomes;
}

/** Logins use TLS only. */
async function makeEntrances(work: string): Promise<Entrance[]> {
  const { ca, environment } = await makeCertificate(join(work, 'tls'));
  const logins = await makeLogins(work, { [LOGIN.name]: LOGIN.password }, RULES);
  const guarded = ['basic', 'token'].map((mode) => ({
    name: ` ${mode}`,
    settings: { ca, environment: { ...environment, ...logins.environment, REGISTRY_AUTH: mode } },
    target: { login: LOGIN, caFile: join(work, 'tls/ca.crt') },
  }));
  const mirrors = join(work, 'mirrors.yaml');
  await writeFile(mirrors, MIRRORS);
  const mirroring = { environment: { REGISTRY_MIRRORS_FILE: mirrors } };
  return [
    { name: '', settings: {}, target: {} },
    { name: ' with mirrors', settings: mirroring, target: {} },
    ...guarded,
  ];
}

async function runOnOwnServer({ entrance, driver, demand }: Run, work: string): Promise<Outcome> {
  const title = `${driver} ${demand.version}${entrance.name}`;
  const storagePath = await mkdtemp(join(work, 'storage-'));
  const sparse = demand.version === 'dev' ? { sparseManifests: 'all' as const } : {};
  try {
    const server = await startServer({ driver, storagePath, ...sparse, ...entrance.settings });
    const target = { url: server.url, ...entrance.target };
    const outcome = await attempt(title, demand, target, work);
    const log = outcome.problems.length > 0 ? [`the server's last lines:\n${server.output()}`] : [];
    const end = await server.stop().then(
      () => [],
      (error: unknown) => [describe(error)],
    );
    return { ...outcome, problems: [...outcome.problems, ...log, ...end] };
  } catch (error) {
    return { title, problems: [describe(error)] };
  } finally {
    await rm(storagePath, { recursive: true, force: true });
  }
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
