import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { BASE, LAYER_DIGEST } from './known-content.js';
import { latencyDuring } from './latency.js';
import { residentMiB } from './process-facts.js';
import { filesBelow } from './sandbox.js';
import { DRIVERS, Victim } from './victim.js';

const WITHIN_MS = 1_000;
const MOST_MIB = 450;
const SETTINGS = {
  NODE_OPTIONS: '--max-old-space-size=512',
  REGISTRY_STORAGE_FSYNC: 'false',
};
const EMPTY_UPLOADS = 4_000;
const KEPT_UPLOADS = 1_000;

/** A small request must not cause much work, nor leave much behind. */
describe.each(DRIVERS)('requests that demand much work (%s)', (driver) => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.start(driver, SETTINGS);
  });
  afterAll(() => victim.stop());

  const attacked = async (attack: () => Promise<unknown>): Promise<void> => {
    expect(await latencyDuring(victim, attack)).toBeLessThan(WITHIN_MS);
    expect(await residentMiB(victim.pid)).toBeLessThan(MOST_MIB);
    expect(await victim.normalComplaints()).toEqual([]);
  };

  it('push an index of 24,000 entries', async () => {
    const body = indexOf(24_000);
    await attacked(async () => {
      for (let count = 0; count < 5; count++) expect(await putIndex(victim, body)).toBe(400);
    });
  });

  it('push an index of 10,000 entries that do not exist', async () => {
    const body = indexOf(10_000);
    await attacked(async () => {
      for (let count = 0; count < 10; count++) expect(await putIndex(victim, body)).toBe(400);
    });
  });

  it('mount a blob without a source, again and again', async () => {
    for (let count = 0; count < 1_500; count++) {
      const path = `/v2/team/other-${count}/blobs/uploads/?mount=${LAYER_DIGEST}`;
      expect(await post(victim, path)).toBe(201);
    }
    const unknown = `sha256:${'1'.repeat(64)}`;
    await attacked(async () => {
      for (let count = 0; count < 500; count++) {
        const wanted = count % 2 === 0 ? LAYER_DIGEST : unknown;
        await post(victim, `/v2/team/new-${count}/blobs/uploads/?mount=${wanted}`);
      }
    });
  });

  it('begin 4,000 uploads and send no byte', async () => {
    const statuses: number[] = [];
    await attacked(async () => {
      for (let count = 0; count < EMPTY_UPLOADS; count++) {
        statuses.push(await post(victim, `${BASE}/blobs/uploads/`));
      }
    });
    expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(KEPT_UPLOADS);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    if (driver === 'memory') return;
    const files = await filesBelow(victim.sandbox.store);
    const sessions = files.filter((path) => path.startsWith('uploads/'));
    expect(sessions.length).toBeLessThanOrEqual(KEPT_UPLOADS);
  });
});

/** Returns an index of entries that the registry does not have. */
function indexOf(count: number): string {
  const manifests = Array.from({ length: count }, (_, index) => ({
    mediaType: OCI_INDEX,
    digest: `sha256:${index.toString(16).padStart(64, 'f')}`,
    size: 1,
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

async function putIndex(victim: Victim, body: string): Promise<number> {
  const url = `${victim.process.url}${BASE}/manifests/large`;
  const headers = { 'Content-Type': OCI_INDEX };
  const response = await fetch(url, { method: 'PUT', headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function post(victim: Victim, path: string): Promise<number> {
  const response = await fetch(victim.process.url + path, { method: 'POST' });
  await response.arrayBuffer();
  return response.status;
}
