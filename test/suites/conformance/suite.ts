import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseReport, type Report } from './junit.ts';

const ENDS_WITHIN_MS = 5 * 60_000;

/** One way to run the official suite, and the least counts of a complete run. */
export interface Demand {
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tests: number;
  readonly disabled: number;
}

/** The current release of the specification, and its main branch with everything optional enabled. */
export const DEMANDS: Readonly<Record<string, Demand>> = {
  '1.1': { version: '1.1', environment: {}, tests: 862, disabled: 2 },
  dev: { version: 'dev', environment: { OCI_DATA_SPARSE: 'true' }, tests: 1032, disabled: 0 },
};

/** A registry to run the suite against. */
export interface Target {
  readonly url: string;
  /** The login of the suite, if it has to log in; anonymous without one. */
  readonly login?: { readonly name: string; readonly password: string };
  /** The CA file for the certificate of an https registry. */
  readonly caFile?: string;
}

/** Runs the suite against a registry. `toolsFolder` is searched before PATH. */
export async function runSuite(
  demand: Demand,
  target: Target,
  resultsFolder: string,
  toolsFolder: string,
): Promise<Report> {
  const child = spawn('conformance', {
    env: environment(demand, target, resultsFolder, toolsFolder),
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: ENDS_WITHIN_MS,
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  try {
    await once(child, 'close');
  } catch (cause) {
    throw new Error('No `conformance` found: `.ci/install-tools conformance` installs it.', {
      cause,
    });
  }
  return readReport(resultsFolder, complaints);
}

/**
 * Returns only the variables of this run, because a variable of the caller that disables an API
 * would weaken the suite.
 */
function environment(
  demand: Demand,
  { url, login, caFile }: Target,
  resultsFolder: string,
  toolsFolder: string,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OCI_'));
  return {
    ...Object.fromEntries(inherited),
    PATH: toolsFolder + delimiter + (process.env['PATH'] ?? ''),
    OCI_REGISTRY: new URL(url).host,
    OCI_TLS: url.startsWith('https:') ? 'enabled' : 'disabled',
    ...(caFile !== undefined && { SSL_CERT_FILE: caFile }),
    ...(login && { OCI_USERNAME: login.name, OCI_PASSWORD: login.password }),
    OCI_VERSION: demand.version,
    OCI_RESULTS_DIR: resultsFolder,
    ...demand.environment,
  };
}

async function readReport(resultsFolder: string, complaints: string): Promise<Report> {
  try {
    return parseReport(await readFile(join(resultsFolder, 'junit.xml'), 'utf8'));
  } catch (cause) {
    const tail = complaints.slice(-4_000);
    throw new Error(`The suite left no report that can be read. It said:\n${tail}`, { cause });
  }
}

/** Returns what a report lacks of a demand, one line each; empty if the demand is met. */
export function shortcomings(report: Report, demand: Demand): string[] {
  const lines: string[] = [];
  for (const figure of ['failures', 'errors', 'skipped'] as const) {
    if (report[figure] !== 0) lines.push(`${figure}: ${report[figure]}, must be 0`);
  }
  if (report.disabled !== demand.disabled) {
    lines.push(`disabled: ${report.disabled}, must be ${demand.disabled}`);
  }
  if (report.tests < demand.tests) {
    lines.push(`tests: ${report.tests}, must be at least ${demand.tests}`);
  }
  return lines;
}
