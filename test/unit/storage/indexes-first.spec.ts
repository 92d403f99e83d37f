import { expect, it } from '@jest/globals';

import { indexesFirst } from '../../../src/storage/protocol/indexes-first.js';
import {
  buildIndex,
  collect,
  publish,
  pushImage,
  repo,
} from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';

const HOME = repo('team/app');

it('all manifests of a repository are listed once, each index before its entries', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000_000 });
  const image = await pushImage(storage, HOME);
  const single = await pushImage(storage, HOME);
  const inner = buildIndex([image.descriptor]);
  const middle = buildIndex([inner.descriptor, image.descriptor]);
  const outer = buildIndex([middle.descriptor, inner.descriptor]);
  for (const { bytes } of [inner, middle, outer]) await publish(storage, HOME, bytes);

  const listed = (await collect(indexesFirst(storage.manifests, HOME))).map(String);

  expect(listed.slice(0, 3)).toEqual([outer, middle, inner].map(({ digest }) => `${digest}`));
  const images = [image, single].map(({ digest }) => `${digest}`);
  expect(listed.slice(3).sort()).toEqual(images.sort());
});
