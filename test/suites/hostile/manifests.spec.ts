import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { Crowd } from './crowd.js';
import { BASE } from './known-content.js';
import { residentMiB, settledMiB } from './process-facts.js';
import { get, request } from './row.js';
import { DRIVERS, Victim } from './victim.js';

const CLIENTS = 300;
const MIB = 1024 * 1024;
const LARGE = 4 * MIB - 1024;
const LARGE_MANIFESTS = 20;

/** The limit of REGISTRY_MAX_MANIFEST_MEMORY, 64 KiB for each manifest, and garbage that V8 has not collected. */
const RECEIVING_MIB = 128 + 20 + 200;
/** The pieces of the downloads, and garbage that V8 has not collected. */
const SENDING_MIB = 100 + 100;

describe.each(DRIVERS)('hundreds of clients with large manifests (%s)', (driver) => {
  let victim: Victim;
  let crowd: Crowd;
  beforeEach(async () => {
    victim = await Victim.start(driver);
    crowd = new Crowd(victim.port);
  });
  afterEach(async () => {
    await crowd.leave();
    await victim.stop();
  });

  it('that stop before the last byte use limited memory, and block only large manifests', async () => {
    expect(await put(victim, 'large', LARGE)).toBe(201);
    const before = await residentMiB(victim.pid);
    const begun = allButTheLastByte();
    await crowd.join(CLIENTS, () => begun);
    await sleep(2_000);
    const most = before + RECEIVING_MIB;
    expect(await grown(victim, before, most, 'that stop in a PUT')).toBeLessThan(most);
    expect(await victim.normalComplaints()).toEqual([]);
    expect(await put(victim, 'small', 60 * 1024)).toBe(201);
    expect(await put(victim, 'large', LARGE)).toBe(429);
    await crowd.leave();
    await sleep(500);
    expect(await put(victim, 'large', LARGE)).toBe(201);
  });

  it('that read nothing use limited memory', async () => {
    for (let index = 0; index < LARGE_MANIFESTS; index++) {
      expect(await put(victim, `large-${index}`, LARGE)).toBe(201);
    }
    const before = await settledMiB(victim.pid, 150, 3_000);
    await crowd.join(CLIENTS, (index) => get(`${BASE}/manifests/large-${index % LARGE_MANIFESTS}`));
    crowd.stopReading();
    await sleep(2_000);
    const most = before + SENDING_MIB;
    expect(await grown(victim, before, most, 'that read nothing')).toBeLessThan(most);
    expect(await victim.normalComplaints()).toEqual([]);
  });
});

/** Returns the growth of the process's memory after it had time to settle, and prints it. */
async function grown(victim: Victim, before: number, most: number, who: string): Promise<number> {
  const memory = await settledMiB(victim.pid, most);
  process.stdout.write(
    `${CLIENTS} clients ${who}: ${before.toFixed(0)} MiB before, ${memory.toFixed(0)} MiB with them\n`,
  );
  return memory;
}

function allButTheLastByte(): Buffer {
  const head = request('PUT', `${BASE}/manifests/stopped`, [`Content-Length: ${LARGE}`]);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(LARGE - 1, 'x')]);
}

/** Pushes an index of `size` bytes, and returns the status. */
async function put({ process: { url } }: Victim, tag: string, size: number): Promise<number> {
  const frame = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
  const empty = JSON.stringify({ ...frame, annotations: { tag, x: '' } });
  const x = 'x'.repeat(size - empty.length);
  const response = await fetch(`${url}${BASE}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'Content-Type': OCI_INDEX },
    body: JSON.stringify({ ...frame, annotations: { tag, x } }),
  });
  await response.arrayBuffer();
  return response.status;
}
