import { beforeEach, describe, expect, it } from '@jest/globals';

import { UntaggedManifests } from '../../../src/api/manifests/untagged-manifests.js';
import { RemovalPreviews } from '../../../src/api/manifests/removal-preview.js';
import { ManifestExplainer } from '../../../src/inspect/manifests/explain-manifest.js';
import { type Digest } from '../../../src/domain/digest.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import {
  buildIndex,
  publish,
  pushArtifact,
  pushImage,
  repo,
} from '../../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');
const GC = { graceMs: 0, intervalMs: 0, uploadTtlMs: 3_600_000, untagged: 'collect' } as const;

describe('a page of manifests without a tag', () => {
  let storage: Storage;
  let questions: (readonly Digest[])[];
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 10_000_000 });
    questions = questionsTo(storage);
  });

  const page = (query: { readonly limit: number; readonly referrers?: 'only' | 'without' }) =>
    new UntaggedManifests(storage, new ManifestExplainer(storage), false).page(HOME, query);

  it('says why each of them is kept by one look at what leads to them', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.1', '1.0'] });
    const referrer = await pushArtifact(storage, HOME, image.descriptor);
    const lone = await pushArtifact(storage, HOME, buildIndex().descriptor);
    const listed = await pushImage(storage, HOME);
    const index = buildIndex([listed.descriptor]);
    await publish(storage, HOME, index.bytes);

    const { manifests, more } = await page({ limit: 10 });

    const kept = new Map(manifests.map((one) => [one.digest, [one.kept, one.subjectTags]]));
    expect(kept).toEqual(
      new Map([
        [`${referrer.digest}`, ['subject', ['1.0', '1.1']]],
        [`${lone.digest}`, ['grace', undefined]],
        [`${listed.digest}`, ['index', undefined]],
        [`${index.digest}`, ['grace', undefined]],
      ]),
    );
    expect(more).toBe(false);
    expect(questions).toHaveLength(1);
  });

  it('asks about no more manifests than it has', async () => {
    for (let count = 0; count < 5; count++) await pushImage(storage, HOME);

    const { manifests, more, next } = await page({ limit: 2, referrers: 'without' });

    expect([manifests.length, more, next === undefined]).toEqual([2, true, false]);
    expect(questions.map((digests) => digests.map(String))).toEqual([
      manifests.map(({ digest }) => digest),
    ]);
  });
});

it('a preview of a removal looks for holders once for each level of indexes', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000_000 });
  const images = [await pushImage(storage, HOME), await pushImage(storage, HOME)];
  const inner = buildIndex(images.map(({ descriptor }) => descriptor));
  await publish(storage, HOME, inner.bytes);
  const outer = buildIndex([inner.descriptor]);
  await publish(storage, HOME, outer.bytes, { tags: ['1.0'] });
  const other = await pushImage(storage, HOME, { tags: ['2.0'] });
  const questions = questionsTo(storage);
  const previews = new RemovalPreviews(storage, new ManifestExplainer(storage).content, GC);
  const query = { tags: '2.0', manifests: `${outer.digest}` };

  const { entries, manifests } = await previews.of(HOME, query, true);

  const [first, ...below] = entries;
  expect([first, ...below.sort()]).toEqual([
    `${inner.digest}`,
    ...images.map(({ digest }) => `${digest}`).sort(),
  ]);
  expect(manifests.map(({ digest, fate }) => [digest, fate])).toEqual([
    [`${outer.digest}`, 'removed'],
    [`${other.digest}`, 'collected'],
  ]);
  // The two levels below the index, and what is asked for.
  expect(questions).toHaveLength(3);
});

/** Returns what the storage is asked about from now on: each time the manifests whose holders are wanted. */
function questionsTo({ statistics }: Storage): (readonly Digest[])[] {
  const questions: (readonly Digest[])[] = [];
  const holders = statistics.holders.bind(statistics);
  statistics.holders = (repository, digests) => {
    questions.push(digests);
    return holders(repository, digests);
  };
  return questions;
}
