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
import { makeCertificate, makeLogins } from '../../support/berth.ts';
import { PROJECT_ROOT, startServer, type ServerSettings } from '../../support/server-process.ts';
import type { Report } from './junit.ts';
import { DEMANDS, runSuite, shortcomings, type Demand, type Target } from './suite.ts';

const TOOLS_FOLDER = join(PROJECT_ROOT, '.tools/bin');
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

interface Outcome {
  readonly title: string;
  readonly report?: Report;
  readonly problems: readonly string[];
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

async function attempt(
  title: string,
  demand: Demand,
  target: Target,
  work: string,
): Promise<Outcome> {
  const resultsFolder = await mkdtemp(join(work, 'results-'));
  try {
    const report = await runSuite(demand, target, resultsFolder, TOOLS_FOLDER);
    return { title, report, problems: shortcomings(report, demand) };
  } catch (error) {
    return { title, problems: [describe(error)] };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

const FIGURES = ['tests', 'failures', 'errors', 'skipped', 'disabled'] as const;

function print(outcomes: readonly Outcome[]): void {
  for (const { title, report, problems } of outcomes) {
    for (const { name, status, message } of report?.failed ?? []) {
      console.log(`${title}: ${name}: ${status}\n    ${message.replaceAll('\n', '\n    ')}`);
    }
    for (const problem of problems) console.log(`${title}: ${problem}`);
  }
  console.table(
    Object.fromEntries(
      outcomes.map(({ title, report, problems }) => [
        title,
        {
          ...Object.fromEntries(FIGURES.map((figure) => [figure, report?.[figure] ?? '–'])),
          verdict: problems.length === 0 ? 'ok' : 'NOT OK',
        },
      ]),
    ),
  );
}

/** Never reports 0 failed if a run did not meet its demand, whatever that run counted. */
function closingLine(outcomes: readonly Outcome[]): string {
  let passed = 0;
  let failed = 0;
  for (const { report, problems } of outcomes) {
    const bad = report ? report.failures + report.errors + report.skipped : 0;
    passed += report ? report.tests - report.disabled - bad : 0;
    failed += problems.length > 0 ? Math.max(bad, 1) : 0;
  }
  return `${passed} passed, ${failed} failed`;
}

// Handles signals with `exit`, so that the started server is ended, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await main().catch((error: unknown) => {
  console.error(describe(error));
  process.exitCode = 1;
});
