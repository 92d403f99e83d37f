import { setTimeout as sleep } from 'node:timers/promises';

import { Clients } from './clients.ts';
import { newContent } from './contents.ts';
import { failed, type Finding } from './findings.ts';
import { finishUploads } from './open-uploads.ts';
import { pushAgain } from './push-again.ts';
import { leaveClosing } from './push-blob.ts';
import { between } from './random.ts';
import { checkEvents } from './read-events.ts';
import { readBack, readContents } from './read-back.ts';
import type { TestBed } from './test-bed.ts';

/** The results of one round. */
export interface Round {
  /** The images acknowledged in this round, and those of all rounds on this store, which were read back. */
  readonly acknowledged: number;
  readonly readBack: number;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** The output for the message of a failed round. */
  readonly output: string;
}

/** The least number of images acknowledged before the power is cut or the server killed. */
const IMAGES_BEFORE_CUT = 50;
const IMAGES_BEFORE_KILL = 5;
const ACKNOWLEDGED_WITHIN_MS = 60_000;
const LONGEST_MOMENT_MS = 1_500;

/** Clients push, the power is cut at a random moment, and everything acknowledged is read back. */
export function powerCutRound(bed: TestBed): Promise<Round> {
  return measure(bed, async (before) => {
    const pushed = await pushUntil(bed, before + IMAGES_BEFORE_CUT, () => bed.cutPower());
    await bed.start();
    // At the same time, because an upload of a dead writer has to wait until the writer is
    // considered dead.
    const found = await Promise.all([readBack(bed.pusher), finishUploads(bed.pusher, 'power cut')]);
    return [...pushed, ...found.flat()];
  });
}

/**
 * Cuts the power of a server that was killed and restarted a moment before.
 *
 * The work that the first server left and the second one finished has to be on the disk, too.
 */
export function killAndPowerCutRound(bed: TestBed): Promise<Round> {
  return measure(bed, async (before) => {
    const killed = await pushUntilKilled(bed, before);
    const finished = await finishUploads(bed.pusher, 'kill');
    const { findings } = await powerCutRound(bed);
    return [...killed, ...finished, ...findings];
  });
}

/** Clients push, the server is killed at a random moment, and everything acknowledged is read back. */
export function killRound(bed: TestBed): Promise<Round> {
  return measure(bed, async (before) => {
    const killed = await pushUntilKilled(bed, before);
    // A power cut may lose the last events, but a kill must not.
    const events = checkEvents(bed.storagePath, bed.ledger);
    const found = await Promise.all([readBack(bed.pusher), finishUploads(bed.pusher, 'kill')]);
    return [...killed, ...events, ...found.flat()];
  });
}

/** Pushes everything that was lost again, and reads it back. Tags are not moved, because their target is unknown. */
export function healingRound(bed: TestBed): Promise<Round> {
  return measure(bed, async () => [
    ...(await pushAgain(bed.pusher)),
    ...(await readContents(bed.pusher)),
  ]);
}

async function pushUntilKilled(bed: TestBed, before: number): Promise<Finding[]> {
  await leaveClosing(bed.pusher, 'team/closing', newContent());
  const pushed = await pushUntil(bed, before + IMAGES_BEFORE_KILL, () => bed.kill());
  await bed.start();
  return pushed;
}

/** Lets clients push until there are enough images, and a moment longer; then calls `end` while they push. */
async function pushUntil(
  bed: TestBed,
  images: number,
  end: () => Promise<Finding[]>,
): Promise<Finding[]> {
  const clients = new Clients(bed.pusher);
  try {
    const slow = await untilAcknowledged(bed, images);
    await sleep(between(0, LONGEST_MOMENT_MS));
    clients.expectFailures();
    const late = await end();
    return [...slow, ...clients.findings, ...late];
  } finally {
    clients.expectFailures();
    await clients.ended();
  }
}

async function untilAcknowledged({ ledger }: TestBed, images: number): Promise<Finding[]> {
  const deadline = Date.now() + ACKNOWLEDGED_WITHIN_MS;
  while (ledger.images.length < images) {
    if (Date.now() > deadline) {
      return [failed('server', 'pushing', `too few images in ${ACKNOWLEDGED_WITHIN_MS} ms`)];
    }
    await sleep(10);
  }
  return [];
}

async function measure(
  bed: TestBed,
  work: (imagesBefore: number) => Promise<Finding[]>,
): Promise<Round> {
  const begin = performance.now();
  const before = bed.ledger.images.length;
  const findings = await work(before).catch((error: unknown) => [
    failed('server', 'the round', error),
  ]);
  return {
    acknowledged: bed.ledger.images.length - before,
    readBack: bed.ledger.images.length,
    findings,
    seconds: (performance.now() - begin) / 1_000,
    output: bed.lastOutput,
  };
}
