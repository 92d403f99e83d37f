import { afterEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { BASE, MANIFEST, MANIFEST_DIGEST } from './known-content.js';
import { latencyDuring } from './latency.js';
import { residentMiB } from './process-facts.js';
import { DRIVERS, Victim } from './victim.js';

const REFERRERS = 20_000;
const AT_ONCE = 20;
/** The time in which several passes run. */
const PASSES_MS = 6_000;

/** Every other client gets its response within this time. */
const WITHIN_MS = 1_000;
const MOST_MIB = 500;
const SETTINGS = {
  NODE_OPTIONS: '--max-old-space-size=512',
  REGISTRY_GC_INTERVAL: '1s',
  REGISTRY_GC_GRACE: '0s',
  REGISTRY_STORAGE_FSYNC: 'false',
};

describe.each(DRIVERS)('the collector (%s)', (driver) => {
  let victim: Victim | undefined;
  afterEach(() => victim?.stop());

  it('keeps no client waiting, however many referrers one image has', async () => {
    const under = await Victim.start(driver, SETTINGS);
    victim = under;
    const worst = await latencyDuring(under, async () => {
      let next = 0;
      const push = async (): Promise<void> => {
        while (next < REFERRERS) await putReferrer(under, next++);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, push));
      await new Promise((resolve) => setTimeout(resolve, PASSES_MS));
    });
    expect(worst).toBeLessThan(WITHIN_MS);
    expect(await residentMiB(under.pid)).toBeLessThan(MOST_MIB);
    expect(await under.normalComplaints()).toEqual([]);
  });
});

async function putReferrer(victim: Victim, number: number): Promise<void> {
  const subject = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: MANIFEST_DIGEST,
    size: MANIFEST.byteLength,
  };
  const annotations = { number: `${number}` };
  const json = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], subject, annotations };
  const body = JSON.stringify(json);
  const url = `${victim.process.url}${BASE}/manifests/${Digest.of(Buffer.from(body))}`;
  const headers = { 'Content-Type': OCI_INDEX };
  const response = await fetch(url, { method: 'PUT', headers, body });
  await response.arrayBuffer();
  expect(response.status).toBe(201);
}
