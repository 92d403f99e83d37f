import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { residentMiB, settledFiles, settledMiB } from './process-facts.js';
import { type Row } from './row.js';
import { CUT_ROWS } from './rows/cut.js';
import { DIGEST_ROWS } from './rows/digests.js';
import { FRAMING_ROWS } from './rows/framing.js';
import { HEADER_ROWS } from './rows/headers.js';
import { MANIFEST_ROWS } from './rows/manifests.js';
import { METHOD_ROWS } from './rows/methods.js';
import { PATH_ROWS } from './rows/paths.js';
import { QUERY_ROWS } from './rows/queries.js';
import { IDLE_TIMEOUT, SLOW_ROWS } from './rows/slow.js';
import { TARGET_ROWS } from './rows/targets.js';
import { UPLOAD_ROWS } from './rows/uploads.js';
import { storeComplaints } from './store-complaints.js';
import { DRIVERS, Victim } from './victim.js';

const TABLES: readonly (readonly [topic: string, rows: readonly Row[]])[] = [
  ['paths', PATH_ROWS],
  ['digests', DIGEST_ROWS],
  ['queries', QUERY_ROWS],
  ['methods', METHOD_ROWS],
  ['request lines', TARGET_ROWS],
  ['framing', FRAMING_ROWS],
  ['headers', HEADER_ROWS],
  ['uploads', UPLOAD_ROWS],
  ['manifests', MANIFEST_ROWS],
  ['cuts', CUT_ROWS],
];

/**
 * A small heap, so that V8 collects often. With its own limits it keeps garbage for minutes, which
 * looks like a leak.
 */
const SMALL_HEAP = '--max-old-space-size=48 --max-semi-space-size=2';
/** The allowed growth in the second round; a leak of three kilobytes for each request would exceed it. */
const SECOND_GROWTH_MIB = 16;
/** The allowed growth above the memory at rest. */
const GROWTH_MIB = 64;
/** How many rows of the second round are sent at the same time. */
const AT_ONCE = 6;

describe.each(DRIVERS)('malformed requests (%s)', (driver) => {
  let victim: Victim;
  let outside: readonly string[];
  let files: number;
  let memory: number;

  beforeAll(async () => {
    victim = await Victim.start(driver, {
      REGISTRY_IDLE_TIMEOUT: IDLE_TIMEOUT,
      NODE_OPTIONS: SMALL_HEAP,
    });
    outside = await victim.sandbox.outside();
    files = await settledFiles(victim.pid, 0, 1_500);
    memory = await residentMiB(victim.pid);
  });
  afterAll(() => victim.stop());

  describe.each(TABLES)('%s', (_, rows) => {
    it.each(rows)('$name → $expected', async (row) => {
      expect(await victim.complaints(row)).toEqual([]);
    });
  });

  it('slow clients, all at once', async () => {
    const found = await Promise.all(
      SLOW_ROWS.map(async (row) => ({ row: row.name, complaints: await victim.complaints(row) })),
    );
    expect(found.filter(({ complaints }) => complaints.length > 0)).toEqual([]);
  });

  it('can be sent again, several at a time, without leaving open files or used memory', async () => {
    const first = await residentMiB(victim.pid);
    expect(await complaintsOfAll(victim)).toEqual([]);
    const second = await settledMiB(victim.pid, first + SECOND_GROWTH_MIB);
    const open = await settledFiles(victim.pid, files, 5_000);
    report(driver, `MiB at rest, after one round, after two: ${inMiB(memory, first, second)}`);
    report(driver, `open files at the start and at the end: ${files}, ${open}`);
    expect(second - first).toBeLessThan(SECOND_GROWTH_MIB);
    expect(second - memory).toBeLessThan(GROWTH_MIB);
    expect(open).toBeLessThanOrEqual(files);
  });

  it('leave nothing outside the store, and the store intact', async () => {
    expect(await victim.sandbox.outside()).toEqual(outside);
    expect(await storeComplaints(victim, driver)).toEqual([]);
  });
});

/** Sends all rows again, and returns what is wrong with any. */
async function complaintsOfAll(victim: Victim): Promise<string[]> {
  const rows = TABLES.flatMap(([, some]) => some).values();
  const complaints: string[] = [];
  const sender = async (): Promise<void> => {
    for (const row of rows) {
      for (const found of await victim.complaints(row)) complaints.push(`${row.name}: ${found}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return complaints;
}

function report(driver: string, line: string): void {
  process.stdout.write(`${driver}: ${line}\n`);
}

function inMiB(...sizes: readonly number[]): string {
  return sizes.map((size) => size.toFixed(0)).join(', ');
}
