import { beforeEach, expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import {
  buildImage,
  buildIndex,
  type BuiltManifest,
} from '../../../../src/storage/contract/fixtures.js';
import {
  KnownSizes,
  type RepositoryManifests,
} from '../../../../src/storage/protocol/collect/known-sizes.js';

const LAYER = Buffer.alloc(700, 'layer');
const CONFIG = Buffer.from('{}');

let known: KnownSizes;
let reads: string[];
beforeEach(() => {
  known = new KnownSizes();
  reads = [];
});

/** Returns a repository that has these manifests. */
function repositoryOf(...manifests: readonly BuiltManifest[]): RepositoryManifests {
  const bytes = new Map(manifests.map((manifest) => [`${manifest.digest}`, manifest.bytes]));
  return {
    present: new Set(bytes.keys()),
    read: (digest: Digest) => {
      reads.push(digest.toString());
      return Promise.resolve(bytes.get(digest.toString()));
    },
  };
}

it('reads each manifest once, for all repositories that have the same ones', async () => {
  const image = buildImage([LAYER], CONFIG);
  const index = buildIndex([image.descriptor]);
  const expected = index.bytes.byteLength + image.bytes.byteLength + 700 + 2;

  const sizes = [
    await known.of(index.digest, repositoryOf(index, image)),
    await known.of(index.digest, repositoryOf(image, index)),
  ];

  expect(sizes).toEqual([expected, expected]);
  expect(reads).toEqual([`${index.digest}`, `${image.digest}`]);
});

it('counts again what a repository has more or less of', async () => {
  const [one, other] = [buildImage([LAYER], CONFIG), buildImage([LAYER], Buffer.from('{"a":1}'))];
  const index = buildIndex([one.descriptor, other.descriptor]);
  const own = index.bytes.byteLength;
  const image = one.bytes.byteLength + 700 + 2;

  const sizes: (number | undefined)[] = [];
  for (const has of [[index], [index, one], [index, one, other], [index, other], [one]]) {
    sizes.push(await known.of(index.digest, repositoryOf(...has)));
  }

  // Both images have the same layer.
  const more = other.bytes.byteLength + 7;
  expect(sizes).toEqual([own, own + image, own + image + more, own + more + 700, undefined]);
});

it('does not keep the size of a manifest that was removed while it was read', async () => {
  const image = buildImage([LAYER], CONFIG);
  const removed = { ...repositoryOf(image), read: () => Promise.resolve(undefined) };

  expect(await known.of(image.digest, removed)).toBe(0);
  expect(await known.of(image.digest, repositoryOf(image))).toBe(image.bytes.byteLength + 702);
});
