import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  collect,
  describeBytes,
  EMPTY_JSON,
  LAYER_TYPE,
  publish,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { blobsOf, multiPlatform, tarOf, writeDockerArchive, writeLayout } from './archives.js';
import { useSeedBench } from './seed-bench.js';

const bench = useSeedBench();

async function digestOf(repository: string, name: string): Promise<string | undefined> {
  return (await bench.storage.tags.resolve(repo(repository), tag(name)))?.digest.toString();
}

describe('seeding from an OCI layout', () => {
  it.each([
    ['a directory', 'app', undefined],
    ['a tar file', 'app.tar', false],
    ['a compressed tar file', 'app.tar.gz', true],
  ])('loads an image from %s', async (_, name, gzip) => {
    const image = buildImage([uniqueBytes(3_000_000), uniqueBytes(10)]);
    const path = bench.path(name);
    const layout = gzip === undefined ? path : bench.path('layout');
    await writeLayout(layout, [image.descriptor], blobsOf(image));
    if (gzip !== undefined) await tarOf(layout, path, gzip);

    await bench.load(path);

    expect(bench.reported).toEqual(['app:latest']);
    expect(await digestOf('app', 'latest')).toBe(`${image.digest}`);
    for (const layer of image.layers) {
      expect((await readBlob(bench.storage, repo('app'), Digest.of(layer)))?.equals(layer)).toBe(
        true,
      );
    }
    const stored = await bench.storage.manifests.read(repo('app'), image.digest);
    expect(Buffer.from(stored?.bytes ?? []).equals(image.bytes)).toBe(true);
  });

  it.each([
    [{ 'org.opencontainers.image.ref.name': '2.0' }, 'base:2.0'],
    [{ 'org.opencontainers.image.ref.name': 'registry.example:5000/team/app:3' }, 'team/app:3'],
    [
      {
        'io.containerd.image.name': 'docker.io/library/app:4',
        'org.opencontainers.image.ref.name': '4',
      },
      'app:4',
    ],
    [{ 'io.containerd.image.name': 'docker.io/team/app' }, 'team/app:latest'],
    [{ 'org.opencontainers.image.ref.name': 'localhost/team/app:5' }, 'team/app:5'],
  ])('names an image by its annotations %j', async (annotations, expected) => {
    const image = buildImage();
    const path = bench.path('base');
    await writeLayout(path, [{ ...image.descriptor, annotations }], blobsOf(image));
    await bench.load(path);
    expect(bench.reported).toEqual([expected]);
  });

  it('loads an index with only the saved platforms', async () => {
    const { index, images } = multiPlatform();
    await writeLayout(
      bench.path('multi'),
      [index.descriptor],
      [index.bytes, ...images.flatMap(blobsOf)],
    );
    await bench.load(bench.path('multi'));
    expect(await digestOf('multi', 'latest')).toBe(`${index.digest}`);
    for (const { digest } of images) {
      expect(await bench.storage.manifests.stat(repo('multi'), digest)).toBeDefined();
    }
  });

  it('loads an index whose entries are layers, as in build caches', async () => {
    const layer = uniqueBytes(200);
    const cache = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [describeBytes(layer, LAYER_TYPE)],
    };
    const bytes = Buffer.from(JSON.stringify(cache));
    await writeLayout(bench.path('cache'), [describeBytes(bytes, cache.mediaType)], [bytes, layer]);
    await bench.load(bench.path('cache'));
    expect((await readBlob(bench.storage, repo('cache'), Digest.of(layer)))?.equals(layer)).toBe(
      true,
    );
  });
});

describe('seeding from docker save', () => {
  it.each([true, false])('loads images that share layers (from a tar file: %s)', async (asTar) => {
    const saved = bench.path('saved');
    const { layers } = await writeDockerArchive(saved);
    const path = asTar ? bench.path('saved.tar') : saved;
    if (asTar) await tarOf(saved, path);

    await bench.load(path);

    expect(bench.reported).toEqual(['team/one:1.0', 'two:2.0', 'two:latest']);
    expect(await digestOf('two', '2.0')).toBe(await digestOf('two', 'latest'));
    const two = Digest.parse((await digestOf('two', '2.0')) ?? '');
    const stored = await bench.storage.manifests.read(repo('two'), two);
    const manifest: unknown = JSON.parse(Buffer.from(stored?.bytes ?? []).toString());
    const plain = 'application/vnd.oci.image.layer.v1.tar';
    expect(manifest).toMatchObject({
      layers: [
        describeBytes(layers[0] ?? EMPTY_JSON, plain),
        describeBytes(layers[1] ?? EMPTY_JSON, `${plain}+gzip`),
      ],
    });
    for (const layer of layers) {
      expect((await readBlob(bench.storage, repo('two'), Digest.of(layer)))?.equals(layer)).toBe(
        true,
      );
    }
  });
});

describe('seeding', () => {
  it('loads every archive of a directory, and can be repeated', async () => {
    const [one, other] = [buildImage(), buildImage()];
    await writeLayout(bench.path('seeds/one'), [one.descriptor], blobsOf(one));
    await writeLayout(bench.path('other'), [other.descriptor], blobsOf(other));
    await mkdir(bench.path('seeds/.hidden'));
    await tarOf(bench.path('other'), bench.path('seeds/other.tar'));
    await bench.load(bench.path('seeds'));
    await publish(bench.storage, repo('one'), other.bytes, { tags: ['latest'], sparse: 'all' });
    await bench.load(bench.path('seeds'));
    expect(bench.reported).toEqual(['one:latest', 'other:latest', 'one:latest', 'other:latest']);
    expect(await digestOf('one', 'latest')).toBe(`${one.digest}`);
    expect(await collect(bench.storage.catalog.list())).toEqual(['one', 'other']);
  });

  it('changes no tag that has the image already, and tells of no push', async () => {
    const image = buildImage();
    await writeLayout(bench.path('app'), [image.descriptor], blobsOf(image));
    const begin = (await bench.storage.outbox.locate('beginning')) ?? '';
    await bench.load(bench.path('app'));
    const events = (await bench.storage.outbox.read(begin, 100)).events.map(({ type }) => type);
    await bench.load(bench.path('app'));
    expect(events).toContain('manifest.pushed');
    expect((await bench.storage.outbox.read(begin, 100)).events).toHaveLength(events.length);
    expect(await collect(bench.storage.tags.history(repo('app'), tag('latest')))).toHaveLength(1);
  });

  it('moves a tag back to the image of the seed', async () => {
    const [image, other] = [buildImage(), buildImage()];
    await writeLayout(bench.path('app'), [image.descriptor], blobsOf(image));
    await bench.load(bench.path('app'));
    await publish(bench.storage, repo('app'), other.bytes, { tags: ['latest'], sparse: 'all' });
    await bench.load(bench.path('app'));
    expect(await digestOf('app', 'latest')).toBe(`${image.digest}`);
  });

  it('follows symbolic links within the seed, and the path itself may be one', async () => {
    const image = buildImage();
    const [seeds, path] = [bench.path('seeds'), bench.path('seeds', 'app')];
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const config = join(path, 'blobs/sha256', Digest.of(image.config).hex);
    await rename(config, join(seeds, '.shared'));
    await symlink('../../../.shared', config);
    await symlink('nowhere', join(path, 'dangling'));
    await symlink(seeds, bench.path('link'));
    await bench.load(bench.path('link'));
    expect(bench.reported).toEqual(['app:latest']);
  });
});
