import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { type Digest } from '../../../../src/domain/digest.js';
import { type MirroredPorts } from '../../../../src/mirror/mirrored-ports.js';
import { collect, pushBlob, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { digestOf, MIRRORED, MirrorBench } from '../../../support/mirror/mirror-bench.js';
import { until } from '../../../support/until.js';

const KIB = 1024;
const FULL_MS = 10_000;

describe('a blob while the storage is full', () => {
  let bench: MirrorBench;
  let ports: MirroredPorts;
  beforeEach(async () => {
    bench = await MirrorBench.open('memory', {}, 200 * KIB);
    ports = bench.open({ firstWaitMs: 1, patienceMs: 10_000, fullMs: FULL_MS });
  });
  const read = (digest: Digest, onBytes?: (count: number) => void) =>
    bench.read(digest, undefined, { ports, ...(onBytes && { onBytes }) });
  afterEach(async () => {
    await ports.close();
    await bench.close();
  });

  it('is passed on, also to those who read it when the storage became full', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);

    const read = await Promise.all([bench.read(digest), bench.read(digest)]);

    expect(read.map(digestOf)).toEqual([`${digest}`, `${digest}`]);
    expect(await bench.storedSize(digest)).toBeUndefined();
    expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
    expect(bench.logged.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(bench.reported).not.toContain('blob failed');
  });

  it('is not continued for a client that has bytes of the first download, which nobody verified', async () => {
    const { digest } = await bench.remoteBlob(150 * KIB);
    bench.other.pauseAt(60 * KIB);
    bench.other.wrongByte = 0;
    let got = 0;
    const reading = read(digest, (count) => void (got += count));
    const failed = expect(reading).rejects.toMatchObject({ kind: 'storage-full' });
    await until(() => got > 0);
    // Another client takes the space.
    await pushBlob(bench.storage, MIRRORED, uniqueBytes(100 * KIB));
    bench.other.wrongByte = undefined;
    bench.other.goOn();

    await failed;
    expect(digestOf(await read(digest))).toBe(`${digest}`);
  });

  it('is not tried to be stored again at once, but a moment later', async () => {
    const [large, small] = [await bench.remoteBlob(500 * KIB), await bench.remoteBlob(1_000)];
    await read(large.digest);
    await read(small.digest);
    expect(await bench.storedSize(small.digest)).toBeUndefined();

    bench.now += FULL_MS;
    await read(small.digest);
    await until(async () => (await bench.storedSize(small.digest)) === 1_000);
  });

  it('gets 507 if nobody says how large it is', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    bench.other.saysSize = false;

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'storage-full' });
    expect(bench.ports.states()[0]?.flights).toBe(0);
  });

  it('fails as the upstream does', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    await read(digest);
    bench.other.failure = new RemoteFailure('limited', 'docker.io has a limit', 5_000);

    await expect(read(digest)).rejects.toMatchObject({ kind: 'upstream-limited' });
  });

  it('has its size for a HEAD, also while it is tried to be stored', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    const reading = read(digest);

    expect(await ports.blobs.stat(MIRRORED, digest)).toBe(500 * KIB);
    await reading;
  });
});
