import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { mediaTypeOfStored } from '../../../../src/domain/manifest.js';
import { NamedBlobs } from '../../../../src/mirror/content/named-blobs.js';
import { buildImage, repo, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { type StoredManifest } from '../../../../src/storage/ports/manifest-store.js';

const REPOSITORY = repo('docker.io/library/alpine');

/** Returns the named blobs over stored images, all of them pulled, and how many were read. */
function namedBlobs(images: readonly ReturnType<typeof buildImage>[]) {
  const stored = new Map<string, StoredManifest>(
    images.map(({ digest, bytes }) => [
      `${digest}`,
      { bytes, mediaType: mediaTypeOfStored(bytes) },
    ]),
  );
  const reads: string[] = [];
  const named = new NamedBlobs({
    stat: (_, digest) => {
      const found = stored.get(`${digest}`);
      const size = found?.bytes.byteLength ?? 0;
      return Promise.resolve(found && { mediaType: found.mediaType, size });
    },
    read: (_, digest) => {
      reads.push(`${digest}`);
      return Promise.resolve(stored.get(`${digest}`));
    },
  });
  for (const { digest, bytes } of images) named.pull(REPOSITORY, digest, mediaTypeOfStored(bytes));
  return { named, reads };
}

describe('the blobs that pulled manifests name', () => {
  it('are found with their size', async () => {
    const layer = uniqueBytes(700);
    const { named } = namedBlobs([buildImage([layer]), buildImage([uniqueBytes(10)])]);

    expect(await named.find(REPOSITORY, Digest.of(layer))).toMatchObject({ size: 700 });
    expect(await named.find(REPOSITORY, Digest.of(uniqueBytes(10)))).toBeUndefined();
  });

  it('are looked for in the manifest that was pulled last first, and once in each', async () => {
    const images = [buildImage([uniqueBytes(10)]), buildImage([uniqueBytes(10)])];
    const [older, newer] = images.map(({ digest }) => `${digest}`);
    const { named, reads } = namedBlobs([...images, ...images]);

    expect(await named.find(REPOSITORY, Digest.of(uniqueBytes(10)))).toBeUndefined();
    expect(reads).toEqual([newer, older]);
  });

  it('are not looked for in large manifests, of which each missing blob would read sixteen', async () => {
    const layer = uniqueBytes(700);
    const layers = Array.from({ length: 2_500 }, () => layer);
    const { named, reads } = namedBlobs([buildImage(layers)]);

    expect(await named.find(REPOSITORY, Digest.of(layer))).toBeUndefined();
    expect(reads).toEqual([]);
  });
});
