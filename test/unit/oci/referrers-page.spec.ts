import { describe, expect, it } from '@jest/globals';

import { type Descriptor } from '../../../src/domain/descriptor.js';
import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { takeReferrers, type Candidate } from '../../../src/oci/manifests/referrers-page.js';

const MIB = 1024 ** 2;

describe('a page of referrers', () => {
  it('ends at its limit, and the next one begins after its last entry', async () => {
    const page = await take([entry(1), entry(2), entry(3)], { limit: 2 });
    expect(page).toEqual({ items: [1, 2], next: digestOf(2).toString() });
  });

  it('has no next one if exactly its limit exists', async () => {
    expect(await take([entry(1), entry(2)], { limit: 2 })).toEqual({ items: [1, 2] });
  });

  it('has no next one if its limit is zero', async () => {
    expect(await take([entry(1)], { limit: 0 })).toEqual({ items: [] });
  });

  it('ends after 32 MiB were read, also without an entry of the type', async () => {
    const large = [1, 2, 3, 4, 5].map((number) => entry(number, 'a/b', 10 * MIB));
    const page = await take(large, { artifactType: 'c/d' });
    expect(page).toEqual({ items: [], next: digestOf(4).toString() });
  });

  it('ends after 10,000 entries that the filter leaves out', async () => {
    const others = Array.from({ length: 10_001 }, (_, index) => entry(index));
    const page = await take(others, { artifactType: 'c/d' });
    expect(page).toEqual({ items: [], next: digestOf(9_999).toString() });
  });

  it('ends when the client has gone', async () => {
    let left = 2;
    const isWanted = (): boolean => --left > 0;
    const page = await take([entry(1), entry(2), entry(3)], { isWanted });
    expect(page).toEqual({ items: [1, 2], next: digestOf(2).toString() });
  });
});

async function take(
  candidates: readonly Candidate[],
  terms: { artifactType?: string; limit?: number; isWanted?: () => boolean },
): Promise<object> {
  const { artifactType, limit = Infinity, isWanted = () => true } = terms;
  const page = await takeReferrers(listed(candidates), { artifactType, limit, isWanted });
  const items = page.items.map(({ size }) => size);
  return { items, ...(page.next && { next: page.next.toString() }) };
}

async function* listed(candidates: readonly Candidate[]): AsyncIterable<Candidate> {
  for (const candidate of candidates) yield await Promise.resolve(candidate);
}

/** Returns an entry whose size is its number. */
function entry(number: number, artifactType = 'a/b', read = 1): Candidate {
  const digest = digestOf(number);
  const descriptor: Descriptor = { mediaType: OCI_INDEX, digest, size: number, artifactType };
  return { digest, descriptor, read };
}

function digestOf(number: number): Digest {
  return Digest.parse(`sha256:${number.toString(16).padStart(64, '0')}`);
}
