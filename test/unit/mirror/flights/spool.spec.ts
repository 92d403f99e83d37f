import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import { type MirroredPorts } from '../../../../src/mirror/mirrored-ports.js';
import { type SpoolLimits } from '../../../../src/mirror/flights/spool.js';
import { pushBlob, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import {
  digestOf,
  DRIVERS,
  MIRRORED,
  MirrorBench,
  UNREADABLE,
} from '../../../support/mirror/mirror-bench.js';
import { until } from '../../../support/until.js';

const KIB = 1024;

/** How much the storage holds. */
const STORAGE_BYTES = 2_000 * KIB;

/** What a process leaves that is killed before a file has lost its name. */
const LEFT = `berth-spool-${'0'.repeat(24)}`;

describe('the spool files of a storage that cannot read uploads', () => {
  let bench: MirrorBench;
  let opened: MirroredPorts[];
  beforeEach(async () => {
    bench = await MirrorBench.open(UNREADABLE, {}, STORAGE_BYTES);
    opened = [];
  });
  afterEach(async () => {
    for (const ports of opened) await ports.close();
    await bench.close();
  });

  /** Opens mirrors with other limits. */
  function openWith(limits: Partial<SpoolLimits>): MirroredPorts {
    const { spool } = bench;
    bench.spool = { ...spool, ...limits };
    const ports = bench.open();
    bench.spool = spool;
    opened.push(ports);
    return ports;
  }

  /** Begins a download that pauses, and resolves to what a client gets in the end, once it has bytes. */
  async function begin(
    digest: Digest,
    ports = bench.ports,
  ): Promise<{ readonly all: Promise<string | undefined> }> {
    bench.other.pauseAt(200 * KIB);
    let got = 0;
    const onBytes = (count: number): void => void (got += count);
    const all = bench.read(digest, undefined, { ports, onBytes }).then(digestOf);
    all.catch(() => undefined);
    await until(() => got > 0);
    return { all };
  }

  it('give each client the bytes that have come, and a range at the end once it is stored', async () => {
    const { bytes, digest } = await bench.remoteBlob(500 * KIB);
    const first = await begin(digest);

    const range = await bench.read(digest, { start: 100, end: 150 * KIB });
    const end = bench.read(digest, { start: 490 * KIB, end: 500 * KIB - 1 });
    const second = bench.read(digest);

    expect(digestOf(range)).toBe(digestOf(bytes.subarray(100, 150 * KIB + 1)));
    expect(await bench.storedSize(digest)).toBeUndefined();
    bench.other.goOn();
    expect(await first.all).toBe(`${digest}`);
    expect(digestOf(await second)).toBe(`${digest}`);
    expect(digestOf(await end)).toBe(digestOf(bytes.subarray(490 * KIB)));
    expect(bench.other.asked).toEqual(['blob 0']);
  });

  it('have no name while they are written', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    const { all } = await begin(digest);

    expect(await readdir(bench.spool.path)).toEqual([]);

    bench.other.goOn();
    expect(await all).toBe(`${digest}`);
  });

  describe('with room for one', () => {
    let ports: MirroredPorts;
    beforeEach(() => {
      ports = openWith({ maxBytes: 500 * KIB });
    });

    /** Waits for the end of the download, and expects that the next one has a file. */
    async function expectRoom(): Promise<void> {
      await until(() => ports.states()[0]?.flights === 0);
      const { digest } = await bench.remoteBlob(400 * KIB);
      bench.other.wrongByte = undefined;
      const { all } = await begin(digest, ports);
      bench.other.goOn();
      expect(await all).toBe(`${digest}`);
    }

    it('end when the blob is stored', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      const { all } = await begin(digest, ports);

      bench.other.goOn();

      expect(await all).toBe(`${digest}`);
      await expectRoom();
    });

    it('end when the content turns out to be wrong, and clients are cut before its end', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.wrongByte = 450 * KIB;
      const { all } = await begin(digest, ports);

      bench.other.goOn();

      await expect(all).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      expect(await bench.storedSize(digest)).toBeUndefined();
      await expectRoom();
    });

    it('end when the upstream breaks off too often, and clients are cut', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.breaks = { at: 256 * KIB, left: 6 };
      const { all } = await begin(digest, ports);

      bench.other.goOn();

      await expect(all).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      bench.now += 600_000;
      await expectRoom();
    });

    it('end when the storage becomes full, and clients that have bytes of them are cut', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      const { all } = await begin(digest, ports);
      await pushBlob(bench.storage, MIRRORED, uniqueBytes(STORAGE_BYTES - 300 * KIB));

      bench.other.goOn();

      await expect(all).rejects.toMatchObject({ kind: 'storage-full' });
      await until(() => ports.states()[0]?.flights === 0);
      expect(digestOf(await bench.read(digest, undefined, { ports }))).toBe(`${digest}`);
    });

    it('are shared by running downloads: the next blob is given when it is stored', async () => {
      const [one, two] = [await bench.remoteBlob(500 * KIB), await bench.remoteBlob(501 * KIB)];
      const { all } = await begin(one.digest, ports);

      const second = bench.read(two.digest, undefined, { ports });
      await until(() => bench.logged.length === 1);
      bench.other.goOn();

      expect(await all).toBe(`${one.digest}`);
      expect(digestOf(await second)).toBe(`${two.digest}`);
      await expectRoom();
      expect(bench.logged).toHaveLength(1);
    });
  });

  it('outlast a client that leaves', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    bench.other.pauseAt(200 * KIB);
    const blob = await bench.ports.blobs.open(MIRRORED, digest);
    const reading = blob?.read({ start: 0, end: 500 * KIB - 1 })[Symbol.asyncIterator]();
    await reading?.next();
    blob?.leave?.();
    await reading?.return?.();
    await blob?.close();

    expect(await bench.read(digest, { start: 0, end: 99 })).toHaveLength(100);
    bench.other.goOn();
    await until(async () => (await bench.storedSize(digest)) === 500 * KIB);
  });

  it('are not there for what an earlier download left, which is given once it is stored', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    bench.other.breaks = { at: 256 * KIB, left: 6 };
    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    bench.now += 600_000;
    bench.other.pauseAt(400 * KIB);
    const before = bench.bytes['upstream'] ?? 0;
    let got = 0;
    const onBytes = (count: number): void => void (got += count);

    const reading = bench.read(digest, undefined, { onBytes });

    await until(() => (bench.bytes['upstream'] ?? 0) >= before + 144 * KIB);
    expect(got).toBe(0);
    bench.other.goOn();
    expect(digestOf(await reading)).toBe(`${digest}`);
  });

  it.each<[string, Partial<SpoolLimits>, string]>([
    ['they would take more than they may', { maxBytes: 400 * KIB }, 'REGISTRY_SPOOL_MAX_BYTES'],
    ['the disk has no room', { minFreeBytes: Number.MAX_SAFE_INTEGER }, 'has no room for it'],
    ['their directory cannot be made', { path: '/dev/null/spool' }, 'ENOTDIR'],
  ])('are left out if %s, and the blob is given once it is stored', async (_, limits, why) => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    const ports = openWith(limits);
    bench.other.pauseAt(200 * KIB);
    let got = 0;
    const onBytes = (count: number): void => void (got += count);

    const reading = bench.read(digest, undefined, { ports, onBytes });

    await until(() => (bench.bytes['upstream'] ?? 0) >= 200 * KIB);
    expect(got).toBe(0);
    bench.other.goOn();
    expect(digestOf(await reading)).toBe(`${digest}`);
    expect(bench.logged).toEqual([
      expect.stringContaining(
        `warn docker.io: ${digest} of library/alpine can be read only when it is stored: `,
      ),
    ]);
    expect(bench.logged.join()).toContain(why);
  });

  it('are left out without a word if they may take nothing', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    const ports = openWith({ maxBytes: 0 });

    expect(digestOf(await bench.read(digest, undefined, { ports }))).toBe(`${digest}`);
    expect(existsSync(bench.spool.path)).toBe(false);
    expect(bench.logged).toEqual([]);
  });

  it('are written again after their directory was removed', async () => {
    const [one, two] = [await bench.remoteBlob(100 * KIB), await bench.remoteBlob(101 * KIB)];
    await bench.read(one.digest);
    await rmdir(bench.spool.path);
    await bench.read(two.digest);

    const three = await bench.remoteBlob(500 * KIB);
    const { all } = await begin(three.digest);

    bench.other.goOn();
    expect(await all).toBe(`${three.digest}`);
  });

  it('of killed processes are deleted before the first one is written, and nothing else is', async () => {
    await mkdir(bench.spool.path);
    await writeFile(join(bench.spool.path, LEFT), 'left');
    await writeFile(join(bench.spool.path, 'other'), 'kept');
    const { digest } = await bench.remoteBlob(100 * KIB);

    await bench.read(digest);

    expect(await readdir(bench.spool.path)).toEqual(['other']);
  });

  it('of a running process go on when another one deletes what is left', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    const other = await bench.remoteBlob(150 * KIB);
    const { all } = await begin(digest);
    await writeFile(join(bench.spool.path, LEFT), 'left');

    await bench.read(other.digest, undefined, { ports: openWith({}) });

    expect(await readdir(bench.spool.path)).toEqual([]);
    expect(await bench.read(digest, { start: 0, end: 99 })).toHaveLength(100);
    bench.other.goOn();
    expect(await all).toBe(`${digest}`);
  });

  it('are not made for a blob that no client gets before its end', async () => {
    const { digest } = await bench.remoteBlob(64 * KIB);

    expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
    expect(existsSync(bench.spool.path)).toBe(false);
  });
});

describe.each(DRIVERS)('a storage that can read uploads (%s)', (driver) => {
  it('has no spool files, and no directory for them', async () => {
    const bench = await MirrorBench.open(driver);
    try {
      const { digest } = await bench.remoteBlob(500 * KIB);

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);

      expect(existsSync(bench.spool.path)).toBe(false);
    } finally {
      await bench.close();
    }
  });
});
