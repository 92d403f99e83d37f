import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { type MirroredPorts } from '../../../src/mirror/mirrored-ports.js';
import { digestOf, MirrorBench, UNREADABLE } from '../../support/mirror/mirror-bench.js';
import { until } from '../../support/until.js';
import { SmallDisk } from './small-disk.js';

const MIB = 1024 * 1024;

let disk: SmallDisk;
let bench: MirrorBench;
let ports: MirroredPorts;
beforeEach(async () => {
  disk = await SmallDisk.mount('size=24m');
  bench = await MirrorBench.open(UNREADABLE);
  bench.spool = { ...bench.spool, path: join(disk.path, 'spool') };
  ports = bench.open();
});
afterEach(async () => {
  await ports.close();
  await bench.close();
  await disk.unmount();
});

/** Begins to read a blob of 16 MiB, whose download pauses. Resolves to its digest and to what the client gets in the end. */
async function begin(): Promise<{ digest: string; all: Promise<string | undefined> }> {
  const { digest } = await bench.remoteBlob(16 * MIB);
  bench.other.pauseAt(8 * MIB);
  let got = 0;
  const onBytes = (count: number): void => void (got += count);
  const all = bench.read(digest, undefined, { ports, onBytes }).then(digestOf);
  all.catch(() => undefined);
  await until(() => got > 4 * MIB);
  return { digest: `${digest}`, all };
}

it('a disk of spool files that becomes full: clients get the rest when the blob is stored', async () => {
  const before = await disk.usedBytes();
  const { digest, all } = await begin();
  await disk.fill();

  bench.other.goOn();

  expect(await all).toBe(digest);
  expect(bench.logged).toEqual([
    expect.stringMatching(/can be read only when it is stored: .*ENOSPC/),
  ]);
  await rm(join(disk.path, 'fill'));
  expect((await disk.usedBytes()) - before).toBeLessThan(MIB);
});

it.each([
  ['ends', () => bench.other.goOn()],
  ['is ended', () => void ports.close()],
])('the space of a spool file is free again when its download %s', async (_, end) => {
  const before = await disk.usedBytes();
  const { all } = await begin();
  expect((await disk.usedBytes()) - before).toBeGreaterThan(4 * MIB);

  end();

  await all.catch(() => undefined);
  await until(async () => (await disk.usedBytes()) - before < MIB);
});
