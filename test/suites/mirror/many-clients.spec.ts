import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { digestOfFile } from '../clients/files.js';
import { residentMiB } from '../hostile/process-facts.js';
import { curl, curlAtOnce } from './curl.js';
import { Mirroring, type MirroringOptions } from './mirroring.js';

const MIB = 1024 ** 2;
const CLIENTS = 20;

/** How much memory the download of a blob may take for them, however large it is. */
const MAX_GROWTH_MIB = 40;

let mirroring: Mirroring;
afterEach(() => mirroring.stop());

/** Starts a Berth whose upstream has an image with one layer, and returns the layer's digest. */
async function start(bytes: number, options: MirroringOptions): Promise<Digest> {
  mirroring = await Mirroring.start(options);
  const layer = uniqueBytes(bytes);
  mirroring.hub.content.add('acme/large', buildImage([layer]), '1');
  await curl(mirroring.bench, urlOf('manifests/1'));
  return Digest.of(layer);
}

const urlOf = (path: string): string => `http://${mirroring.host}/v2/docker.io/acme/large/${path}`;

const downloadsOf = (digest: Digest): number =>
  mirroring.hub.requests('cdn').filter(({ path }) => path.includes(`${digest}`)).length;

const nowhere = (count: number): string[] => Array.from({ length: count }, () => '/dev/null');

/** Looks at the memory of a process until `work` ends. Resolves to the most that was seen, in MiB. */
async function peakDuring(pid: number, work: Promise<unknown>): Promise<number> {
  let [isOver, peak] = [false, 0];
  const end = (): boolean => (isOver = true);
  work.then(end, end);
  for (; !isOver; await delay(100)) peak = Math.max(peak, await residentMiB(pid));
  return peak;
}

describe('20 clients of a cold blob of 128 MiB, whose upstream sends 20 MiB/s', () => {
  it('cause one request, begin within a second, wait for no slow one, and need little memory', async () => {
    const size = 128 * MIB;
    const digest = await start(size, { hub: { bytesPerSecond: 20 * MIB } });
    const { bench, hub } = mirroring;
    // What the first downloads load, and the heap that they make larger, stays in memory.
    const first = urlOf(`blobs/${hub.content.addBlob(uniqueBytes(48 * MIB))}`);
    await curlAtOnce(bench, first, nowhere(CLIENTS));
    const before = await residentMiB(bench.pid);

    const url = urlOf(`blobs/${digest}`);
    const slow = curl(bench, url, { flags: ['--limit-rate', '1M', '--max-time', '12'] });
    const file = bench.path('whole');
    const clients = curlAtOnce(bench, url, [file, ...nowhere(CLIENTS - 1)]);
    const peak = await peakDuring(bench.pid, clients);
    const ended = await clients;

    expect(ended.map(({ code, bytes }) => `${code} ${bytes}`)).toEqual(
      Array.from({ length: CLIENTS }, () => `0 ${size}`),
    );
    expect(await digestOfFile(file)).toBe(`${digest}`);
    expect(Math.max(...ended.map(({ firstByteMs }) => firstByteMs))).toBeLessThan(1_000);
    expect(downloadsOf(digest)).toBe(1);
    expect(peak - before).toBeLessThan(MAX_GROWTH_MIB);
    // 28: it was still reading when its time was over.
    expect(await slow).toMatchObject({ code: 28, status: 200 });
  });
});

describe('a registry with two workers', () => {
  it('downloads a cold blob at most once for each of them', async () => {
    const digest = await start(16 * MIB, {
      hub: { bytesPerSecond: 8 * MIB },
      settings: { REGISTRY_WORKERS: '2' },
    });
    const { bench } = mirroring;
    const url = urlOf(`blobs/${digest}`);
    const files = Array.from({ length: 8 }, (_, at) => bench.path(`copy-${at}`));

    const ended = await curlAtOnce(bench, url, files);

    expect(ended.map(({ code }) => code)).toEqual(files.map(() => 0));
    const digests = await Promise.all(files.map(digestOfFile));
    expect(new Set(digests)).toEqual(new Set([`${digest}`]));
    expect(downloadsOf(digest)).toBeLessThanOrEqual(2);
  });
});
