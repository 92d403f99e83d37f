import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { Digest } from '../../../../src/domain/digest.js';
import { type MediaType } from '../../../../src/domain/media-type.js';
import {
  buildIndex,
  collect,
  publish,
  pushArtifact,
  pushImage,
  repo,
  tag,
} from '../../../../src/storage/contract/fixtures.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { down } from '../../../support/mirror/other-registry.js';

describe('a manifest of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('is fetched once by its digest, with its bytes and type, and never asked for again', async () => {
    const index = buildIndex();
    const digest = await publish(bench.other.storage, REMOTE, index.bytes);

    for (let pull = 0; pull < 2; pull++) {
      const opened = await bench.ports.manifests.open(MIRRORED, digest);
      expect(opened?.content).toEqual(index.bytes);
      expect(opened?.mediaType).toBe(index.descriptor.mediaType);
      bench.other.failure = down();
      bench.now += 1e9;
    }
    expect(await bench.ports.manifests.stat(MIRRORED, digest)).toBeDefined();
    expect(await bench.ports.manifests.read(MIRRORED, digest)).toBeDefined();
    expect(bench.other.asked).toEqual(['manifest @']);
  });

  it('may have a digest of another algorithm', async () => {
    const index = buildIndex();
    const digest = await publish(bench.other.storage, REMOTE, index.bytes, { algorithm: 'sha512' });

    expect((await bench.ports.manifests.read(MIRRORED, digest))?.bytes).toEqual(index.bytes);
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeDefined();
  });

  it('is described by a HEAD, which stores nothing', async () => {
    const { digest, bytes } = await pushImage(bench.other.storage, REMOTE);

    const found = await bench.ports.manifests.stat(MIRRORED, digest);

    expect(found?.size).toBe(bytes.byteLength);
    expect(bench.other.asked).toEqual(['stat @']);
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeUndefined();
  });

  it('that the upstream does not have is not asked for again for a while', async () => {
    const digest = Digest.of(Buffer.from('other'));

    expect(await bench.ports.manifests.open(MIRRORED, digest)).toBeUndefined();
    expect(await bench.ports.manifests.stat(MIRRORED, digest)).toBeUndefined();

    expect(bench.other.asked).toEqual(['manifest @']);
  });

  it('fails as the upstream does', async () => {
    bench.other.failure = down();
    const digest = Digest.of(Buffer.from('other'));

    await expect(bench.ports.manifests.open(MIRRORED, digest)).rejects.toMatchObject({
      kind: 'upstream-unavailable',
      detail: { retryAfter: 30 },
    });
  });

  it('of a kind that this registry does not store is passed on', async () => {
    const bytes = Buffer.from('{"schemaVersion": 1}');
    const digest = Digest.of(bytes);
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+json' as MediaType;
    bench.other.extra.set(`${digest}`, { mediaType, digest, size: bytes.byteLength, bytes });

    const opened = await bench.ports.manifests.open(MIRRORED, digest);

    expect(opened).toEqual({ mediaType, content: bytes });
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeUndefined();
  });

  it('is forgotten by a removal with its tags, and fetched again', async () => {
    const { digest } = await pushImage(bench.other.storage, REMOTE, { tags: ['3'] });
    await bench.pull('3');

    const removed = await bench.ports.manifests.remove(MIRRORED, digest);

    expect(removed?.tags).toEqual(['3']);
    expect(await bench.pull('3')).toBe(`${digest}`);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3', 'manifest @']);
  });

  it('with a subject becomes a referrer that is found also while the upstream fails', async () => {
    const image = await pushImage(bench.other.storage, REMOTE);
    const artifact = await pushArtifact(bench.other.storage, REMOTE, image.descriptor);
    const referrers = () => collect(bench.ports.manifests.referrers(MIRRORED, image.digest));

    expect(await referrers()).toMatchObject([{ digest: artifact.digest }]);
    expect(await referrers()).toHaveLength(1);
    expect(bench.other.asked).toEqual(['referrers']);

    await bench.ports.manifests.open(MIRRORED, artifact.digest);
    bench.other.failure = down();
    bench.now += 1e9;
    expect(await referrers()).toMatchObject([{ digest: artifact.digest }]);
  });

  it('of private content is no referrer while the upstream refuses the login', async () => {
    bench.plan = planOf({ content: 'private' });
    const image = await pushImage(bench.other.storage, REMOTE);
    const signature = await pushArtifact(bench.other.storage, REMOTE, image.descriptor);
    await bench.ports.manifests.open(MIRRORED, signature.digest);
    bench.other.failure = new RemoteFailure('refused', 'it responded with 403');

    expect(await collect(bench.ports.manifests.referrers(MIRRORED, image.digest))).toEqual([]);
  });

  it('of another repository is never asked for', async () => {
    const { digest } = await pushImage(bench.storage, repo('team/app'), { tags: ['3'] });
    const { manifests, tags, blobs, catalog } = bench.ports;

    for (const name of ['team/app', 'team/other', 'docker.io', 'docker.iox/library/alpine']) {
      await manifests.openTagged(repo(name), tag('3'), tags);
      await manifests.stat(repo(name), digest);
      await manifests.open(repo(name), Digest.of(Buffer.from('x')));
      await blobs.open(repo(name), digest);
      await collect(tags.list(repo(name)));
      await collect(manifests.referrers(repo(name), digest));
    }

    expect(await catalog.has(repo('team/other'))).toBe(false);
    expect((await tags.resolve(repo('team/app'), tag('3')))?.digest).toEqual(digest);
    expect(bench.other.asked).toEqual([]);
  });
});

describe('the tags of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
    for (const name of ['1', '2', '3', '4', '5']) {
      await pushImage(bench.other.storage, REMOTE, { tags: [name] });
    }
  });
  afterEach(() => bench.close());

  const list = (after?: string) => collect(bench.ports.tags.list(MIRRORED, after));

  it('are listed page by page as the upstream has them', async () => {
    expect(await list()).toEqual(['1', '2', '3', '4', '5']);
    expect(await list('3')).toEqual(['4', '5']);

    expect(bench.other.asked).toEqual(['tags', 'tags 2', 'tags 4', 'tags 3']);
  });

  it('are those that are stored while the upstream fails', async () => {
    await bench.pull('4');
    await bench.pull('2');
    bench.other.failure = down();

    expect(await list()).toEqual(['2', '4']);
  });

  it('fail as the upstream does if nothing is stored', async () => {
    bench.other.failure = down();

    await expect(list()).rejects.toMatchObject({ kind: 'upstream-unavailable' });
  });

  it('are those of no repository if the upstream does not have it', async () => {
    const unknown = bench.ports.tags.list(repo('docker.io/library/unknown'));

    await expect(collect(unknown)).rejects.toMatchObject({ kind: 'name-unknown' });
  });

  it('end also if the upstream sends pages without tags for ever', async () => {
    bench.other.tags = (_name, after) => {
      bench.other.asked.push('tags');
      return Promise.resolve({
        tags: after === undefined ? [tag('1')] : [],
        next: `${bench.other.asked.length}`,
      });
    };

    await expect(list()).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    expect(bench.other.asked.length).toBeLessThan(1_000);
  });

  it('end also if a page of the upstream leads to itself', async () => {
    bench.other.tags = () => {
      bench.other.asked.push('tags');
      return Promise.resolve({ tags: [tag('1')], next: '1' });
    };

    await expect(collect(bench.ports.tags.list(MIRRORED, undefined, 100))).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
    expect(bench.other.asked).toEqual(['tags', 'tags']);
  });

  it.each([
    ['lead back to an earlier one', (page: number) => `${page % 3}`, 4],
    ['have new tags for ever', (page: number) => `${page}`, 1_001],
  ])('end also if the pages of the upstream %s', async (_, next, pages) => {
    let page = 0;
    bench.other.tags = () => Promise.resolve({ tags: [tag(`t${page}`)], next: next(page++) });

    await expect(list()).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    expect(page).toBe(pages);
  });

  it('are those after the last one also if the upstream always sends all', async () => {
    bench.other.tags = () => Promise.resolve({ tags: ['1', '2', '3', '4', '5'].map(tag) });

    expect(await list('3')).toEqual(['4', '5']);
  });

  it('are asked for by no query of the client', async () => {
    await list('?n=1&last=4');

    expect(bench.other.asked[0]).toBe('tags');
  });
});
