import { chmod, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  buildIndex,
  collect,
  repo,
  tag,
  uniqueBytes,
  type BuiltImage,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { DirectoryFiles } from '../../../src/transfer/archives/directory-files.js';
import { blobsOf, tarOf, writeDockerArchive, writeLayout } from './archives.js';
import { useSeedBench } from './seed-bench.js';

const bench = useSeedBench();
const load = (name: string): Promise<void> => bench.load(bench.path(name));

/** Resolves to the message of a failed load, which stores no image. */
async function failureOf(name: string): Promise<string> {
  const failure = await load(name).catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ name: 'UnusableSeed' });
  expect(await collect(bench.storage.catalog.list())).toEqual([]);
  expect(bench.reported).toEqual([]);
  return bench.withoutDirectory(String(failure?.message));
}

/** Writes a layout of an index, without the content of `lost`. */
async function writeIndex(
  top: BuiltManifest,
  images: readonly BuiltImage[],
  lost: readonly Buffer[],
): Promise<void> {
  const blobs = [top.bytes, ...images.flatMap(blobsOf)].filter((blob) => !lost.includes(blob));
  await writeLayout(bench.path('app'), [top.descriptor], blobs);
}

function indexOf(...images: readonly BuiltManifest[]): BuiltManifest {
  return buildIndex(images.map(({ descriptor }) => descriptor));
}

const layerOf = ({ layers }: BuiltImage): Buffer => layers[0] ?? Buffer.alloc(0);

const SAVE_AGAIN = 'save the image again with all of its layers, or remove it from the seed';

describe('a seed that lacks a part of an image', () => {
  it.each<[string, (image: BuiltImage) => Buffer]>([
    ['layer', layerOf],
    ['config', (image) => image.config],
    ['manifest', (image) => image.bytes],
  ])('is refused: its %s', async (what, lost) => {
    const image = buildImage([uniqueBytes(10)]);
    const blobs = blobsOf(image).filter((blob) => blob !== lost(image));
    await writeLayout(bench.path('app'), [image.descriptor], blobs);
    await tarOf(bench.path('app'), bench.path('app.tar'));

    const part = `${what === 'manifest' ? 'its' : 'the'} ${what} ${Digest.of(lost(image)).toString()}`;
    expect(await failureOf('app')).toBe(`$/app: app:latest lacks ${part}: ${SAVE_AGAIN}`);
    expect(await failureOf('app.tar')).toBe(`$/app.tar: app:latest lacks ${part}: ${SAVE_AGAIN}`);
  });

  it('is loaded if the repository has that part', async () => {
    const image = buildImage([uniqueBytes(10)]);
    await writeLayout(bench.path('app'), [image.descriptor], blobsOf(image));
    await load('app');
    await unlink(bench.path('app/blobs/sha256', Digest.of(layerOf(image)).hex));

    await load('app');

    expect(bench.reported).toEqual(['app:latest', 'app:latest']);
  });

  it('is refused in the format of docker save, with the name of the image', async () => {
    await writeDockerArchive(bench.path('saved'));
    await unlink(bench.path('saved/bbb/layer.tar'));

    expect(await failureOf('saved')).toBe(
      '$/saved: two:2.0 lacks the layer bbb/layer.tar: save the image again with docker save',
    );
  });
});

describe('an index in a seed', () => {
  it('is loaded without the images that lack a layer or their manifest', async () => {
    const [whole, broken, gone] = [
      buildImage([uniqueBytes(10)]),
      buildImage([uniqueBytes(11)]),
      buildImage([uniqueBytes(12)]),
    ];
    const top = indexOf(whole, broken, gone);
    await writeIndex(top, [whole, broken], [layerOf(broken)]);

    await load('app');

    const { digest } = (await bench.storage.tags.resolve(repo('app'), tag('latest'))) ?? {};
    expect(`${digest}`).toBe(`${top.digest}`);
    expect(await bench.storage.manifests.stat(repo('app'), whole.digest)).toBeDefined();
    expect(await bench.storage.manifests.stat(repo('app'), broken.digest)).toBeUndefined();
    expect(await bench.storage.blobs.stat(repo('app'), Digest.of(broken.config))).toBeUndefined();
    expect(bench.warned).toEqual([
      `$/app: app:latest is loaded without 2 of its 3 entries: ${broken.digest.toString()} lacks the layer ` +
        `${Digest.of(layerOf(broken)).toString()}; ${gone.digest.toString()} is missing`,
    ]);
  });

  it('is loaded without an index in it that has no complete image', async () => {
    const [whole, broken] = [buildImage([uniqueBytes(10)]), buildImage([uniqueBytes(11)])];
    const inner = indexOf(broken);
    const top = indexOf(inner, whole);
    const blobs = [top.bytes, inner.bytes, ...[whole, broken].flatMap(blobsOf)];
    const there = blobs.filter((blob) => blob !== layerOf(broken));
    await writeLayout(bench.path('app'), [top.descriptor], there);

    await load('app');

    expect(await bench.storage.manifests.stat(repo('app'), inner.digest)).toBeUndefined();
    expect(bench.warned).toEqual([
      expect.stringMatching(/without 1 of its 2 entries: .* lacks all of its/),
    ]);
  });

  it('is refused if it has no complete image at all', async () => {
    const broken = buildImage([uniqueBytes(10)]);
    await writeIndex(indexOf(broken), [broken], [broken.config]);

    expect(await failureOf('app')).toBe(
      `$/app: app:latest lacks all of its entries: ${broken.digest.toString()} lacks the config ` +
        `${Digest.of(broken.config).toString()}: ${SAVE_AGAIN}`,
    );
  });
});

describe('a damaged seed', () => {
  it.each([0.3, 0.6, 0.95])('is refused if it ends after %d of the tar file', async (share) => {
    const image = buildImage([uniqueBytes(200_000)]);
    await writeLayout(bench.path('app'), [image.descriptor], blobsOf(image));
    await tarOf(bench.path('app'), bench.path('app.tar'));
    const bytes = await readFile(bench.path('app.tar'));
    await writeFile(bench.path('app.tar'), bytes.subarray(0, bytes.byteLength * share));

    expect(await failureOf('app.tar')).toMatch(/^\$\/app\.tar(:| cannot be read as a tar file: )/);
  });

  it('is refused if a manifest is no manifest', async () => {
    const image = buildImage();
    const bytes = Buffer.from('[]');
    const descriptor = { ...image.descriptor, digest: `${Digest.of(bytes)}`, size: 2 };
    await writeLayout(bench.path('app'), [descriptor], [bytes]);

    expect(await failureOf('app')).toMatch(/^\$\/app: sha256:4f53\w+ is not a manifest: /);
  });

  it('is refused with one line if the storage refuses it', async () => {
    bench.storage = createMemoryStorage({ maxBytes: 10 });
    const image = buildImage([uniqueBytes(1_000)]);
    await writeLayout(bench.path('app'), [image.descriptor], blobsOf(image));

    expect(await failureOf('app')).toMatch(/^\$\/app cannot be loaded: /);
  });

  it('is named if a file of it disappears or cannot be read', async () => {
    await mkdir(bench.path('app'));
    await writeFile(bench.path('app/a'), 'x');
    await writeFile(bench.path('app/b'), 'x');
    await chmod(bench.path('app/b'), 0);
    const files = new DirectoryFiles(bench.path('app'));
    const read = files.visit(new Set(['a', 'b']), async (path, content) => {
      if (path === 'a') await unlink(bench.path('app/b'));
      await collect(content);
    });

    await expect(read).rejects.toThrow(`${bench.path('app/b')} cannot be read`);
  });

  it('is no error if it is an empty directory, which is reported', async () => {
    await mkdir(bench.path('seeds/empty'), { recursive: true });

    await load('seeds');

    expect(bench.warned).toEqual(['$/seeds has no images: put OCI layouts or files there']);
  });
});
