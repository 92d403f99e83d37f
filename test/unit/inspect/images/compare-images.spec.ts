import { beforeEach, describe, expect, it } from '@jest/globals';

import { parseReference } from '../../../../src/domain/reference.js';
import { chooseImage, type ImageChoice } from '../../../../src/inspect/images/chosen-image.js';
import { compareImages } from '../../../../src/inspect/images/compare-images.js';
import { KnownContent } from '../../../../src/inspect/manifests/known-content.js';
import { repo } from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { artifact, image, index } from '../../../../src/testing/builders.js';
import { layer } from '../../../../src/testing/layer.js';
import { pushed } from '../pushed-content.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const ARM = { os: 'linux', architecture: 'arm64', variant: 'v8' };

describe('two images', () => {
  let storage: Storage;
  let content: KnownContent;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 100_000_000 });
    content = new KnownContent(storage);
  });

  const chosen = (reference: string, more: Partial<ImageChoice> = {}) =>
    chooseImage(storage, content, {
      repository: HOME,
      reference: parseReference(reference),
      ...more,
    });

  it('are compared by their layers, configs and sizes, also of two repositories', async () => {
    const [base, one, other] = ['base', 'one', 'other'].map((name) => layer({ [name]: name }));
    if (!base || !one || !other) throw new Error('three layers were built');
    const a = image({
      layers: [base, one],
      config: {
        Env: ['A=1', 'B=2', 'C=x=y'],
        Labels: { old: '1', same: '1' },
        Cmd: ['run'],
        User: 'app',
      },
    });
    const b = image({
      layers: [base, other],
      config: { Env: ['B=3', 'C=x=y', 'D=4'], Labels: { same: '1' }, Cmd: ['run', 'fast'] },
      platform: ARM,
    });
    await pushed(storage, HOME, a, '1.0');
    await pushed(storage, OTHER, b, '2.0');

    const found = await compareImages(
      content,
      await chosen('1.0'),
      await chosen('2.0', { repository: OTHER }),
    );

    const digests = (layers: readonly { digest: unknown }[]) =>
      layers.map(({ digest }) => String(digest));
    expect(digests(found.layers.shared)).toEqual([base.digest]);
    expect(digests(found.layers.onlyA)).toEqual([one.digest]);
    expect(digests(found.layers.onlyB)).toEqual([other.digest]);
    expect(found.env).toEqual([
      { name: 'A', change: 'removed', a: '1' },
      { name: 'B', change: 'changed', a: '2', b: '3' },
      { name: 'D', change: 'added', b: '4' },
    ]);
    expect(found.labels).toEqual([{ name: 'old', change: 'removed', a: '1' }]);
    expect(found.fields).toEqual([
      { name: 'architecture', change: 'changed', a: 'amd64', b: 'arm64' },
      { name: 'cmd', change: 'changed', a: '["run"]', b: '["run","fast"]' },
      { name: 'user', change: 'removed', a: 'app' },
      { name: 'variant', change: 'added', b: 'v8' },
    ]);
    const size = (of: typeof a) =>
      [of.descriptor, of.config, ...of.layers].reduce((sum, one) => sum + one.size, 0);
    expect([found.sizeA, found.sizeB]).toEqual([size(a), size(b)]);
  });

  it('have no difference if they are the same', async () => {
    await pushed(storage, HOME, image({ layers: [{ a: '1' }] }), '1.0');

    const found = await compareImages(content, await chosen('1.0'), await chosen('1.0'));

    expect(found).toMatchObject({
      layers: { onlyA: [], onlyB: [] },
      env: [],
      labels: [],
      fields: [],
      hasConfigs: true,
    });
  });

  it('are chosen by platform from an index, without its attestations', async () => {
    const amd = image({ layers: [{ a: '1' }] });
    const arm = image({ layers: [{ a: '1' }], platform: ARM });
    await pushed(storage, HOME, index([amd, artifact({ type: 'text/spdx+json' })]), 'one');
    await pushed(storage, HOME, index([index([amd, arm])]), 'both');

    expect(String((await chosen('one')).digest)).toBe(amd.descriptor.digest);
    for (const platform of ['linux/arm64', 'linux/arm64/v8']) {
      expect(String((await chosen('both', { platform })).digest)).toBe(arm.descriptor.digest);
    }
    await expect(chosen('both')).rejects.toMatchObject({
      kind: 'request-malformed',
      detail: { platforms: ['linux/amd64', 'linux/arm64/v8'] },
    });
    await expect(chosen('one', { platform: 'windows/amd64' })).rejects.toMatchObject({
      kind: 'request-malformed',
      message: expect.stringContaining('choose one of: linux/amd64') as unknown,
    });
  });

  it.each(['none', `sha256:${'0'.repeat(64)}`])('are unknown under %s', async (reference) => {
    await expect(chosen(reference)).rejects.toMatchObject({ kind: 'manifest-unknown' });
  });
});
