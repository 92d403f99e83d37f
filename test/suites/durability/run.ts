/**
 * Checks that acknowledged pushes survive when the power is cut, or the server killed, while clients push.
 *
 *   node test/suites/durability/run.ts
 *   node test/suites/durability/run.ts --rounds 3 --kills 5 --control 1     a shorter run
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../../support/exit-on-signals.ts';
import { control, kills, powerCuts } from './parts.ts';
import { printSummary } from './report.ts';
import { missingRequirement } from './requirements.ts';

interface Plan {
  /** How often the power is cut. */
  readonly rounds: number;
  /** How often the server is killed. */
  readonly kills: number;
  /** How often the power is cut at most without fsync, until a loss shows. */
  readonly control: number;
}

async function main(): Promise<void> {
  const plan = readPlan();
  const missing = missingRequirement();
  if (missing !== undefined) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), 'berth-durability-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const parts = [
    await powerCuts(folder, plan.rounds),
    ...(await control(folder, plan.control)),
    await kills(folder, plan.kills),
  ];
  if (!printSummary(parts)) process.exitCode = 1;
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      kills: { type: 'string', default: '30' },
      control: { type: 'string', default: '3' },
    },
  });
  const number = (name: keyof Plan): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Error(`--${name} ${values[name]}: a whole number is required`);
  };
  return { rounds: number('rounds'), kills: number('kills'), control: number('control') };
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
