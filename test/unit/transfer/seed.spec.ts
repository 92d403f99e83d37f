import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { seed } from '../../../src/transfer/seed/seed.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
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
import {
  blobsOf,
  multiPlatform,
  tarOf,
  writeDockerArchive,
  writeFiles,
  writeLayout,
} from './archives.js';

let directory: string;
let storage: Storage;
let reported: string[];
let warned: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-seed-'));
  storage = createMemoryStorage({ maxBytes: 100 * 1024 * 1024 });
  reported = [];
  warned = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function load(path: string): Promise<void> {
  return seed(storage, path, {
    seeded: (image) => reported.push(image),
    warn: (line) => warned.push(line.replaceAll(directory, '$')),
  });
}

async function digestOf(repository: string, name: string): Promise<string | undefined> {
  return (await storage.tags.resolve(repo(repository), tag(name)))?.digest.toString();
}

describe('seeding from an OCI layout', () => {
  it.each([
    ['a directory', 'app', undefined],
    ['a tar file', 'app.tar', false],
    ['a compressed tar file', 'app.tar.gz', true],
  ])('loads an image from %s', async (_, name, gzip) => {
    const image = buildImage([uniqueBytes(3_000_000), uniqueBytes(10)]);
    const path = join(directory, name);
    const layout = gzip === undefined ? path : join(directory, 'layout');
    await writeLayout(layout, [image.descriptor], blobsOf(image));
    if (gzip !== undefined) await tarOf(layout, path, gzip);

    await load(path);

    expect(reported).toEqual(['app:latest']);
    expect(await digestOf('app', 'latest')).toBe(`${image.digest}`);
    for (const layer of image.layers) {
      expect((await readBlob(storage, repo('app'), Digest.of(layer)))?.equals(layer)).toBe(true);
    }
    const stored = await storage.manifests.read(repo('app'), image.digest);
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
    const path = join(directory, 'base');
    await writeLayout(path, [{ ...image.descriptor, annotations }], blobsOf(image));
    await load(path);
    expect(reported).toEqual([expected]);
  });

  it('loads an index with only the saved platforms', async () => {
    const { index, images } = multiPlatform();
    await writeLayout(
      join(directory, 'multi'),
      [index.descriptor],
      [index.bytes, ...images.flatMap(blobsOf)],
    );
    await load(join(directory, 'multi'));
    expect(await digestOf('multi', 'latest')).toBe(`${index.digest}`);
    for (const { digest } of images) {
      expect(await storage.manifests.stat(repo('multi'), digest)).toBeDefined();
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
    await writeLayout(
      join(directory, 'cache'),
      [describeBytes(bytes, cache.mediaType)],
      [bytes, layer],
    );
    await load(join(directory, 'cache'));
    expect((await readBlob(storage, repo('cache'), Digest.of(layer)))?.equals(layer)).toBe(true);
  });
});

describe('seeding from docker save', () => {
  it.each([true, false])('loads images that share layers (from a tar file: %s)', async (asTar) => {
    const saved = join(directory, 'saved');
    const { layers } = await writeDockerArchive(saved);
    const path = asTar ? join(directory, 'saved.tar') : saved;
    if (asTar) await tarOf(saved, path);

    await load(path);

    expect(reported).toEqual(['team/one:1.0', 'two:2.0', 'two:latest']);
    expect(await digestOf('two', '2.0')).toBe(await digestOf('two', 'latest'));
    const two = Digest.parse((await digestOf('two', '2.0')) ?? '');
    const stored = await storage.manifests.read(repo('two'), two);
    const manifest: unknown = JSON.parse(Buffer.from(stored?.bytes ?? []).toString());
    const plain = 'application/vnd.oci.image.layer.v1.tar';
    expect(manifest).toMatchObject({
      layers: [
        describeBytes(layers[0] ?? EMPTY_JSON, plain),
        describeBytes(layers[1] ?? EMPTY_JSON, `${plain}+gzip`),
      ],
    });
    for (const layer of layers) {
      expect((await readBlob(storage, repo('two'), Digest.of(layer)))?.equals(layer)).toBe(true);
    }
  });
});

describe('seeding', () => {
  it('loads every archive of a directory, and can be repeated', async () => {
    const [one, other] = [buildImage(), buildImage()];
    await writeLayout(join(directory, 'seeds/one'), [one.descriptor], blobsOf(one));
    await writeLayout(join(directory, 'other'), [other.descriptor], blobsOf(other));
    await mkdir(join(directory, 'seeds/.hidden'));
    await tarOf(join(directory, 'other'), join(directory, 'seeds/other.tar'));
    await load(join(directory, 'seeds'));
    await publish(storage, repo('one'), other.bytes, { tags: ['latest'], sparse: 'all' });
    await load(join(directory, 'seeds'));
    expect(reported).toEqual(['one:latest', 'other:latest', 'one:latest', 'other:latest']);
    expect(await digestOf('one', 'latest')).toBe(`${one.digest}`);
    expect(await collect(storage.catalog.list())).toEqual(['one', 'other']);
  });

  it('changes no tag that has the image already, and tells of no push', async () => {
    const image = buildImage();
    await writeLayout(join(directory, 'app'), [image.descriptor], blobsOf(image));
    const begin = (await storage.outbox.locate('beginning')) ?? '';
    await load(join(directory, 'app'));
    const events = (await storage.outbox.read(begin, 100)).events.map(({ type }) => type);
    await load(join(directory, 'app'));
    expect(events).toContain('manifest.pushed');
    expect((await storage.outbox.read(begin, 100)).events).toHaveLength(events.length);
    expect(await collect(storage.tags.history(repo('app'), tag('latest')))).toHaveLength(1);
  });

  it('moves a tag back to the image of the seed', async () => {
    const [image, other] = [buildImage(), buildImage()];
    await writeLayout(join(directory, 'app'), [image.descriptor], blobsOf(image));
    await load(join(directory, 'app'));
    await publish(storage, repo('app'), other.bytes, { tags: ['latest'], sparse: 'all' });
    await load(join(directory, 'app'));
    expect(await digestOf('app', 'latest')).toBe(`${image.digest}`);
  });

  it.each([
    ['a path that does not exist', {}, 'missing', '$/missing does not exist'],
    [
      'a file that is not an archive',
      { 'x/a.tar': 'text' },
      'x/a.tar',
      /^\$\/x\/a\.tar cannot be read as a tar file: TAR_/,
    ],
    [
      'an index.json without a list',
      { 'x/index.json': '{}' },
      'x',
      '$/x: index.json lists no manifests',
    ],
    [
      'an index.json that is not JSON',
      { 'x/index.json': '{' },
      'x',
      /^\$\/x: index\.json is not JSON: /,
    ],
    [
      'a manifest.json without layers',
      { 'x/manifest.json': '[{}]' },
      'x',
      /entry without Config and Layers/,
    ],
    [
      'a missing layer',
      { 'x/c': '{}', 'x/manifest.json': '[{"Config":"c","Layers":["l"]}]' },
      'x',
      '$/x: the image without a tag lacks the layer l: save the image again with docker save',
    ],
    [
      'a missing config',
      { 'x/l': '{}', 'x/manifest.json': '[{"Config":"c","Layers":["l"],"RepoTags":["app:1"]}]' },
      'x',
      '$/x: app:1 lacks the config c: save the image again with docker save',
    ],
    [
      'a manifest.json that is not JSON',
      { 'x/manifest.json': '[' },
      'x',
      /^\$\/x: manifest\.json is not JSON: /,
    ],
    [
      'a directory of other files',
      { 'x/layer.tar/VERSION': '1.0' },
      'x',
      /^\$\/x\/layer\.tar\/VERSION cannot be read as a tar file: TAR_/,
    ],
  ])('refuses %s', async (_, files, path, message) => {
    await writeFiles(directory, files);
    const failure = await load(join(directory, path)).then(() => '', String);
    const said = failure.replaceAll(directory, '$').replace(/^UnusableSeed: /, '');
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(await collect(storage.catalog.list())).toEqual([]);
  });

  it('refuses symbolic links out of the seed, to files and to directories', async () => {
    const image = buildImage();
    const [seeds, path] = [join(directory, 'seeds'), join(directory, 'seeds', 'app')];
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const config = join(path, 'blobs/sha256', Digest.of(image.config).hex);
    await rename(config, join(directory, 'secret'));
    await symlink(join(directory, 'secret'), config);
    for (const from of [path, seeds]) {
      await expect(load(from)).rejects.toThrow(
        /is a symbolic link out of .*: replace it by a copy/,
      );
    }
    await rename(path, join(directory, 'elsewhere'));
    await symlink(join(directory, 'elsewhere'), path);
    await expect(load(seeds)).rejects.toThrow(/seeds\/app is a symbolic link out of/);
    expect(await collect(storage.catalog.list())).toEqual([]);
  });

  it('follows symbolic links within the seed, and the path itself may be one', async () => {
    const image = buildImage();
    const [seeds, path] = [join(directory, 'seeds'), join(directory, 'seeds', 'app')];
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const config = join(path, 'blobs/sha256', Digest.of(image.config).hex);
    await rename(config, join(seeds, '.shared'));
    await symlink('../../../.shared', config);
    await symlink('nowhere', join(path, 'dangling'));
    await symlink(seeds, join(directory, 'link'));
    await load(join(directory, 'link'));
    expect(reported).toEqual(['app:latest']);
  });

  it('refuses an image whose manifest is damaged', async () => {
    const image = buildImage();
    const path = join(directory, 'app');
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const changed = image.bytes.toString().replace('schemaVersion', 'schemaVersioN');
    await writeFiles(path, { [`blobs/sha256/${image.digest.hex}`]: changed });
    await expect(load(path)).rejects.toThrow(
      /blobs\/sha256\/[0-9a-f]+ is damaged, since its content has another digest: save the image again$/,
    );
  });

  it('refuses an image whose blob is damaged, and stores nothing', async () => {
    const image = buildImage();
    const path = join(directory, 'app');
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const blob = `blobs/sha256/${Digest.of(image.config).hex}`;
    await writeFiles(path, { [blob]: 'damaged' });
    await expect(load(path)).rejects.toThrow(
      `${path}: ${blob} is damaged, since its content has another digest: save the image again`,
    );
    expect(await storage.blobs.stat(repo('app'), Digest.of(image.config))).toBeUndefined();
    expect(await collect(storage.catalog.list())).toEqual([]);
  });
});
