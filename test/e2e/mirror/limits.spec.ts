import { afterEach, describe, expect, it } from '@jest/globals';

import { buildImage, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull } from '../../support/mirror/pulling.js';

const ALPINE = '/v2/docker.io/library/alpine';

let mirror: MirrorOfHub;
afterEach(() => mirror.stop());

describe('a manifest of another registry with more entries than REGISTRY_MAX_MANIFEST_ENTRIES', () => {
  it('is refused with a sentence, by tag and by digest, and not stored', async () => {
    mirror = await MirrorOfHub.start({ environment: { REGISTRY_MAX_MANIFEST_ENTRIES: '2' } });
    const layers = Array.from({ length: 3 }, () => uniqueBytes(10));
    const image = buildImage(layers);
    mirror.hub.content.add('library/alpine', image, '3');
    mirror.hub.content.add('library/alpine', buildImage(layers.slice(1)), 'small');

    for (const reference of ['3', `${image.digest}`]) {
      const refused = await pull(mirror.registry, `${ALPINE}/manifests/${reference}`);

      expect(refused.status).toBe(503);
      expect(refused.body.toString()).toContain(
        'it has 3 entries; allowed: 2 (REGISTRY_MAX_MANIFEST_ENTRIES)',
      );
    }
    const { manifests } = mirror.registry.storage;
    expect(await manifests.stat(repo('docker.io/library/alpine'), image.digest)).toBeUndefined();
    // Others can be pulled: the mirror does not rest.
    expect((await pull(mirror.registry, `${ALPINE}/manifests/small`)).status).toBe(200);
  });
});
