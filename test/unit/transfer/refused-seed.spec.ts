import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, collect, repo } from '../../../src/storage/contract/fixtures.js';
import { blobsOf, writeFiles, writeLayout } from './archives.js';
import { useSeedBench } from './seed-bench.js';

const bench = useSeedBench();

describe('seeding', () => {
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
    await writeFiles(bench.directory, files);
    const failure = await bench.load(bench.path(path)).then(() => '', String);
    const said = bench.withoutDirectory(failure).replace(/^UnusableSeed: /, '');
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(await collect(bench.storage.catalog.list())).toEqual([]);
  });

  it('refuses symbolic links out of the seed, to files and to directories', async () => {
    const image = buildImage();
    const [seeds, path] = [bench.path('seeds'), bench.path('seeds', 'app')];
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const config = join(path, 'blobs/sha256', Digest.of(image.config).hex);
    await rename(config, bench.path('secret'));
    await symlink(bench.path('secret'), config);
    for (const from of [path, seeds]) {
      await expect(bench.load(from)).rejects.toThrow(
        /is a symbolic link out of .*: replace it by a copy/,
      );
    }
    await rename(path, bench.path('elsewhere'));
    await symlink(bench.path('elsewhere'), path);
    await expect(bench.load(seeds)).rejects.toThrow(/seeds\/app is a symbolic link out of/);
    expect(await collect(bench.storage.catalog.list())).toEqual([]);
  });

  it('refuses an image whose manifest is damaged', async () => {
    const image = buildImage();
    const path = bench.path('app');
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const changed = image.bytes.toString().replace('schemaVersion', 'schemaVersioN');
    await writeFiles(path, { [`blobs/sha256/${image.digest.hex}`]: changed });
    await expect(bench.load(path)).rejects.toThrow(
      /blobs\/sha256\/[0-9a-f]+ is damaged, since its content has another digest: save the image again$/,
    );
  });

  it('refuses an image whose blob is damaged, and stores nothing', async () => {
    const image = buildImage();
    const path = bench.path('app');
    await writeLayout(path, [image.descriptor], blobsOf(image));
    const blob = `blobs/sha256/${Digest.of(image.config).hex}`;
    await writeFiles(path, { [blob]: 'damaged' });
    await expect(bench.load(path)).rejects.toThrow(
      `${path}: ${blob} is damaged, since its content has another digest: save the image again`,
    );
    expect(await bench.storage.blobs.stat(repo('app'), Digest.of(image.config))).toBeUndefined();
    expect(await collect(bench.storage.catalog.list())).toEqual([]);
  });
});
