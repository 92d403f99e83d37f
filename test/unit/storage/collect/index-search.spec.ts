import { expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../../src/domain/media-type.js';
import {
  buildIndex,
  buildManifest,
  publish,
  pushImage,
  repo,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { IndexSearch } from '../../../../src/storage/protocol/collect/index-search.js';
import { KnownLinks } from '../../../../src/storage/protocol/collect/known-links.js';
import { RemovalQueue } from '../../../../src/storage/protocol/collect/removal-queue.js';
import { collectorPartsOf } from '../../../support/store-collector.js';

const HOME = repo('team/app');
const INDEXES = 50;

it('a search for the index of a manifest reads each manifest once, also if repeated', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000_000 });
  const image = await pushImage(storage, HOME);
  for (let count = 0; count < INDEXES; count++) {
    const { bytes } = buildIndex([image.descriptor]);
    await publish(storage, HOME, bytes);
  }
  const { search, reads } = countedSearch(storage);

  expect(await search().find(image.digest)).toBeUndefined();
  expect(await search().find(image.digest)).toBeUndefined();

  expect(reads.length).toBe(INDEXES + 1);
  expect(new Set(reads).size).toBe(INDEXES + 1);
});

it('a running push of a subject makes the indexes that refer to it reachable', async () => {
  const storage = createMemoryStorage({ maxBytes: 10_000_000 });
  const image = await pushImage(storage, HOME);
  const subject = buildIndex();
  const referrer = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [image.descriptor],
    subject: subject.descriptor,
  });
  await publish(storage, HOME, referrer.bytes);
  const { garbage, manifests } = collectorPartsOf(storage);
  const view = garbage.of(HOME);
  const pushing = async function* () {
    yield await Promise.resolve(subject.bytes);
  };
  const during = Object.assign(Object.create(view) as typeof view, { intents: pushing });
  const searchIn = (seen: typeof view) =>
    new IndexSearch(
      { repository: HOME, garbage: seen, manifests },
      new KnownLinks(),
      { keepUntagged: false },
      new RemovalQueue(),
    ).find(image.digest);

  expect(await searchIn(view)).toBeUndefined();
  expect((await searchIn(during))?.digest?.toString()).toBe(referrer.digest.toString());
});

function countedSearch(storage: Storage): { search: () => IndexSearch; reads: string[] } {
  const { garbage, manifests } = collectorPartsOf(storage);
  const view = garbage.of(HOME);
  const reads: string[] = [];
  const peek = (digest: Digest) => {
    reads.push(digest.toString());
    return view.peek(digest);
  };
  const counted = Object.assign(Object.create(view) as typeof view, { peek });
  const links = new KnownLinks();
  const parts = { repository: HOME, garbage: counted, manifests };
  return {
    reads,
    search: () => new IndexSearch(parts, links, { keepUntagged: false }, new RemovalQueue()),
  };
}
