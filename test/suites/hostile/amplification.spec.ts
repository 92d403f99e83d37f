import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { BASE, NO_DIGEST } from './known-content.js';
import { residentMiB, settledMiB } from './process-facts.js';
import { get } from './row.js';
import { DRIVERS, Victim } from './victim.js';

const LARGE = 3_500_000;
const TIMES = 9_000;
/** The page itself, two copies as text, and garbage that V8 has not collected. */
const GROWTH_MIB = 300;

/** A small request must not cause very much work, or memory. */
describe.each(DRIVERS)('a small request for much data (%s)', (driver) => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.start(driver);
  });
  afterAll(() => victim.stop());

  it('gets referrers from a fallback list that names one large manifest many times', async () => {
    const large = await putIndex(victim, 'large', { annotations: { a: 'x'.repeat(LARGE) } });
    const entry = { mediaType: OCI_INDEX, digest: large, size: 1 };
    const list = Array.from({ length: TIMES }, () => entry);
    await putIndex(victim, NO_DIGEST.replace(':', '-'), { manifests: list });
    const before = await residentMiB(victim.pid);
    const answer = await victim.ask(get(`${BASE}/referrers/${NO_DIGEST}`));
    expect(answer.status).toBe(200);
    const { manifests } = JSON.parse(answer.body.toString()) as { manifests: unknown[] };
    expect(manifests).toHaveLength(1);
    const most = before + GROWTH_MIB;
    expect(await settledMiB(victim.pid, most)).toBeLessThan(most);
    expect(await victim.normalComplaints()).toEqual([]);
  });
});

async function putIndex(
  victim: Victim,
  reference: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<string> {
  const json = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], ...fields };
  const body = JSON.stringify(json);
  const url = `${victim.process.url}${BASE}/manifests/${reference}`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'Content-Type': OCI_INDEX },
    body,
  });
  expect(response.status).toBe(201);
  return Digest.of(Buffer.from(body)).toString();
}
