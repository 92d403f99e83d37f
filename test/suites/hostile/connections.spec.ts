import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { Crowd } from './crowd.js';
import { BASE } from './known-content.js';
import { residentMiB, settledFiles, settledMiB } from './process-facts.js';
import { get, request } from './row.js';
import { Victim } from './victim.js';

const IDLE = 2_000;
const SLOW = 500;
const UPLOADS = 50;

/** Half of the normal requests must get a response within the first time, 99 % within the second. */
const MEDIAN_MS = 100;
const P99_MS = 2_000;
/** The allowed growth for 2,500 connections; each costs the server about 20 KiB. */
const GROWTH_MIB = 150;

/** An idle timeout that no test reaches, and one that every connection here reaches. */
const PATIENT = { REGISTRY_IDLE_TIMEOUT: '60s' };
const IMPATIENT = { REGISTRY_IDLE_TIMEOUT: '1s' };

describe('a crowd of connections', () => {
  let victim: Victim;
  let crowd: Crowd;
  let files: number;
  let memory: number;

  const start = async (environment: Readonly<Record<string, string>>): Promise<void> => {
    victim = await Victim.start('filesystem', environment);
    crowd = new Crowd(victim.port);
    await latencies(victim, 50);
    files = await settledFiles(victim.pid, 0, 1_500);
    memory = await residentMiB(victim.pid);
  };
  const expectBoundedMemory = async (): Promise<void> => {
    const most = memory + GROWTH_MIB;
    expect(await settledMiB(victim.pid, most)).toBeLessThan(most);
  };
  let stopped: Promise<void> | undefined;
  beforeEach(() => {
    stopped = undefined;
  });
  afterEach(async () => {
    await crowd.leave();
    await (stopped ?? victim.stop());
  });

  it('that sends nothing does not block other clients, and leaves nothing behind', async () => {
    await start(PATIENT);
    await crowd.join(IDLE);
    await expectQuickAnswers(victim, `with ${IDLE} idle connections`);
    expect(crowd.open).toBe(IDLE);
    await expectBoundedMemory();
    await crowd.leave();
    expect(await settledFiles(victim.pid, files, 5_000)).toBeLessThanOrEqual(files);
    // A leftover handle or timer would keep it from ending in time.
    const begin = performance.now();
    stopped = victim.stop();
    await stopped;
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it('that sends nothing is closed after the idle timeout', async () => {
    await start(IMPATIENT);
    await crowd.join(IDLE);
    await sleep(3_000);
    expect(crowd.open).toBe(0);
    expect(await settledFiles(victim.pid, files, 5_000)).toBeLessThanOrEqual(files);
  });

  it('that sends headers and bodies very slowly does not block other clients', async () => {
    await start(PATIENT);
    const uploads = await Promise.all(Array.from({ length: UPLOADS }, () => victim.beginUpload()));
    await crowd.join(SLOW, (index) => beginningOf(index, uploads));
    crowd.dribble('x', 50);
    await expectQuickAnswers(victim, `with ${SLOW} very slow connections`);
    await sleep(3_000);
    await expectQuickAnswers(victim, 'three seconds later');
    await expectBoundedMemory();
    await crowd.leave();
    expect(await settledFiles(victim.pid, files, 9_000)).toBeLessThanOrEqual(files);
  });

  it('that requests much and reads nothing is closed by the server', async () => {
    await start(IMPATIENT);
    const digest = await pushLargeBlob(victim);
    await crowd.join(100, () => get(`${BASE}/blobs/${digest}`));
    crowd.stopReading();
    await expectQuickAnswers(victim, 'with 100 connections that read nothing');
    await sleep(4_000);
    await expectBoundedMemory();
    expect(await settledFiles(victim.pid, files, 5_000)).toBeLessThanOrEqual(files);
  });
});

/**
 * Returns the beginning of a request: half of the connections are in a header, the rest in a body
 * of an upload or a manifest.
 */
function beginningOf(index: number, uploads: readonly string[]): string {
  const upload = uploads[index];
  if (upload !== undefined) return request('PATCH', upload, ['Content-Length: 1000000']);
  if (index % 2 === 0) return 'GET /v2/ HTTP/1.1\r\nHost: x\r\nX: ';
  return request('PUT', `${BASE}/manifests/slow`, ['Content-Length: 1000000']);
}

async function pushLargeBlob(victim: Victim): Promise<string> {
  const bytes = randomBytes(32 * 1024 * 1024);
  const digest = Digest.of(bytes).toString();
  const url = `${victim.process.url}${BASE}/blobs/uploads/?digest=${digest}`;
  const response = await fetch(url, { method: 'POST', body: bytes });
  expect(response.status).toBe(201);
  return digest;
}

async function expectQuickAnswers(victim: Victim, when: string): Promise<void> {
  const sorted = (await latencies(victim, 200)).toSorted((one, another) => one - another);
  const [median = Infinity, p99 = Infinity] = [sorted[100], sorted[198]];
  const memory = await residentMiB(victim.pid);
  process.stdout.write(
    `${when}: a normal response takes ${median.toFixed(1)} ms, at worst ${p99.toFixed(1)} ms; ${memory.toFixed(0)} MiB\n`,
  );
  expect(median).toBeLessThan(MEDIAN_MS);
  expect(p99).toBeLessThan(P99_MS);
}

/** Returns how long `count` normal requests took, in milliseconds. */
async function latencies(victim: Victim, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let asked = 0; asked < count; asked++) {
    const begin = performance.now();
    expect(await victim.normalComplaints()).toEqual([]);
    times.push(performance.now() - begin);
  }
  return times;
}
