import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.ts';
import type { Report } from './junit.ts';
import { runSuite, shortcomings, type Demand, type Target } from './suite.ts';

const TOOLS_FOLDER = join(PROJECT_ROOT, '.tools/bin');

/** What one run of the suite has shown. */
export interface Outcome {
  readonly title: string;
  readonly report?: Report;
  readonly problems: readonly string[];
}

/** Runs the suite once. `work` gets a folder with its results. */
export async function attempt(
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

/** Returns the message of an error, with that of its cause. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

const FIGURES = ['tests', 'failures', 'errors', 'skipped', 'disabled'] as const;

/** Prints what failed, and a table of all outcomes. */
export function print(outcomes: readonly Outcome[]): void {
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

/** Returns `N passed, N failed`. Never reports 0 failed if a run did not meet its demand, whatever that run counted. */
export function closingLine(outcomes: readonly Outcome[]): string {
  let passed = 0;
  let failed = 0;
  for (const { report, problems } of outcomes) {
    const bad = report ? report.failures + report.errors + report.skipped : 0;
    passed += report ? report.tests - report.disabled - bad : 0;
    failed += problems.length > 0 ? Math.max(bad, 1) : 0;
  }
  return `${passed} passed, ${failed} failed`;
}
