import { afterEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { BASE, NO_DIGEST } from './known-content.js';
import { latencyDuring } from './latency.js';
import { residentMiB } from './process-facts.js';
import { DRIVERS, Victim } from './victim.js';

const MIB = 1024 * 1024;
const REFERRERS = 150;
const LISTED = 50;
const LARGE = 4 * MIB - 1024;
const IMPATIENT_MS = 300;

/** Every other client gets its response within this time. */
const WITHIN_MS = 1_000;
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=512' };
const MOST_MIB = 500;

describe.each(DRIVERS)('referrers as large as manifests may be (%s)', (driver) => {
  let victim: Victim | undefined;
  afterEach(() => victim?.stop());

  const start = async (): Promise<Victim> => {
    const memory = { REGISTRY_MEMORY_MAX_BYTES: '2GiB' };
    victim = await Victim.start(driver, { ...SMALL_HEAP, ...memory });
    return victim;
  };

  it('are listed and filtered in limited memory, and other clients do not wait', async () => {
    const under = await start();
    for (let index = 0; index < REFERRERS; index++) {
      const annotations = { a: `${index}`.padEnd(LARGE - 500, 'x') };
      await putIndex(under, undefined, { subject: subject(), annotations });
    }
    const before = driver === 'memory' ? await residentMiB(under.pid) : 0;
    const worst = await latencyDuring(under, async () => {
      for (let count = 0; count < 5; count++) {
        expect(await list(under, '?artifactType=none')).toBe(0);
        expect(await list(under, '')).toBe(REFERRERS);
      }
    });
    expect(worst).toBeLessThan(WITHIN_MS);
    // The memory storage itself has the manifests.
    expect(await residentMiB(under.pid)).toBeLessThan(before + MOST_MIB);
    expect(await under.normalComplaints()).toEqual([]);
  });

  it('under the fallback tag are read once, however many clients ask and leave', async () => {
    const under = await start();
    const entries: object[] = [];
    for (let index = 0; index < LISTED; index++) {
      const annotations = { a: `${index}`.padEnd(LARGE - 500, 'x') };
      const digest = await putIndex(under, undefined, { annotations });
      entries.push({ mediaType: OCI_INDEX, digest, size: 1 });
    }
    await putIndex(under, NO_DIGEST.replace(':', '-'), { manifests: entries });
    const before = driver === 'memory' ? await residentMiB(under.pid) : 0;
    const worst = await latencyDuring(under, () =>
      Promise.all(Array.from({ length: 80 }, () => listAndLeave(under))),
    );
    expect(worst).toBeLessThan(WITHIN_MS);
    expect(await residentMiB(under.pid)).toBeLessThan(before + MOST_MIB);
    expect(await list(under, '')).toBe(LISTED);
    expect(await under.normalComplaints()).toEqual([]);
  });
});

/** Follows the links of a list, and returns the number of its entries. */
async function list(victim: Victim, query: string): Promise<number> {
  let count = 0;
  for (let next: string | undefined = `${BASE}/referrers/${NO_DIGEST}${query}`; next;) {
    const response: Response = await fetch(victim.process.url + next);
    count += ((await response.json()) as { manifests: unknown[] }).manifests.length;
    next = /^<(.+)>/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return count;
}

async function listAndLeave(victim: Victim): Promise<void> {
  const url = `${victim.process.url}${BASE}/referrers/${NO_DIGEST}`;
  await fetch(url, { signal: AbortSignal.timeout(IMPATIENT_MS) })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
}

function subject(): object {
  return { mediaType: OCI_INDEX, digest: NO_DIGEST, size: 1 };
}

/** Pushes an index under `reference`, by default its digest, and resolves to its digest. */
async function putIndex(
  victim: Victim,
  reference: string | undefined,
  fields: Readonly<Record<string, unknown>>,
): Promise<string> {
  const json = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], ...fields };
  const body = JSON.stringify(json);
  const digest = Digest.of(Buffer.from(body)).toString();
  const url = `${victim.process.url}${BASE}/manifests/${reference ?? digest}`;
  const headers = { 'Content-Type': OCI_INDEX };
  const response = await fetch(url, { method: 'PUT', headers, body });
  expect(response.status).toBe(201);
  return digest;
}
