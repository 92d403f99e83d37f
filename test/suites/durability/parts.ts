import { join } from 'node:path';

import type { Finding } from './findings.ts';
import { printRound, type Part } from './report.ts';
import {
  healingRound,
  killAndPowerCutRound,
  killRound,
  powerCutRound,
  type Round,
} from './rounds.ts';
import { TestBed } from './test-bed.ts';

const WITHOUT_FSYNC = { REGISTRY_STORAGE_FSYNC: 'false' };

/** Runs rounds of power cuts on one store: nothing may be lost. */
export async function powerCuts(folder: string, count: number): Promise<Part> {
  const rounds = await onTestBed(join(folder, 'power-cuts'), {}, (bed) =>
    repeat(bed, 'power cut', count, (index) =>
      index % 2 === 1 ? killAndPowerCutRound(bed) : powerCutRound(bed),
    ),
  );
  return demandNothingAmiss('power cut', rounds, count);
}

/** Runs rounds of kills on one store: nothing may be lost. */
export async function kills(folder: string, count: number): Promise<Part> {
  const rounds = await onTestBed(join(folder, 'kills'), {}, (bed) =>
    repeat(bed, 'kill', count, () => killRound(bed)),
  );
  return demandNothingAmiss('kill', rounds, count);
}

/**
 * Runs the control: without fsync, the same test must find losses, or it could not find them with
 * fsync either.
 *
 * Remains of lost content must not be served, and must not prevent a new push of it.
 */
export async function control(folder: string, most: number): Promise<Part[]> {
  const title = 'without fsync';
  const rounds: Round[] = [];
  const healing: Round[] = [];
  await onTestBed(join(folder, 'control'), WITHOUT_FSYNC, async (bed) => {
    const perform = (): Promise<Round> => powerCutRound(bed);
    rounds.push(...(await repeat(bed, title, most, perform, { until: hasLosses, wanted: isLoss })));
    if (!bed.isRunning || !rounds.some(hasLosses)) return;
    const round = await healingRound(bed);
    printRound('pushed again', round);
    healing.push(round);
  });
  const lossesFound = rounds.some(hasLosses) ? 1 : 0;
  const left = rounds.flatMap(({ findings }) => findings).filter((finding) => !isLoss(finding));
  const wanted = Math.min(most, 1);
  const healed = left.length === 0 ? healing.filter(isFlawless).length : 0;
  return [
    { title, rounds, passed: lossesFound, failed: wanted - lossesFound },
    { title: 'pushed again', rounds: healing, passed: healed, failed: wanted - healed },
  ];
}

async function onTestBed<T>(
  folder: string,
  environment: Readonly<Record<string, string>>,
  work: (bed: TestBed) => Promise<T>,
): Promise<T> {
  const bed = new TestBed(folder, environment);
  try {
    await bed.start();
    return await work(bed);
  } finally {
    await bed.close();
  }
}

/** Runs rounds one after the other, as long as the server starts. */
async function repeat(
  bed: TestBed,
  title: string,
  count: number,
  perform: (index: number) => Promise<Round>,
  control: {
    readonly until?: (round: Round) => boolean;
    readonly wanted?: (finding: Finding) => boolean;
  } = {},
): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let index = 1; index <= count && bed.isRunning; index++) {
    const round = await perform(index);
    rounds.push(round);
    printRound(`${title} ${index}/${count}`, round, control.wanted);
    if (control.until?.(round)) break;
  }
  return rounds;
}

function demandNothingAmiss(title: string, rounds: readonly Round[], count: number): Part {
  const passed = rounds.filter(isFlawless).length;
  return { title, rounds, passed, failed: count - passed };
}

function isLoss({ kind }: Finding): boolean {
  return kind === 'lost';
}

function hasLosses({ findings }: Round): boolean {
  return findings.some(({ kind }) => kind === 'lost' || kind === 'corrupt');
}

function isFlawless({ findings }: Round): boolean {
  return findings.length === 0;
}
