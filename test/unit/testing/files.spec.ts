import { gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Header } from 'tar';

import {
  artifact,
  blob,
  createTestRegistry,
  image,
  index,
  layer,
  type BlobContent,
  type ImageFiles,
  type ImageOptions,
  type TestRegistry,
} from '../../../src/exports/testing.js';

import { MergedFiles } from '../../../src/inspect/layers/merged-files.js';

const TAR = 'application/vnd.oci.image.layer.v1.tar';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
beforeEach(() => registry.reset());
afterAll(() => registry.close());

interface Entry {
  readonly path: string;
  readonly type: 'File' | 'Link';
  readonly linkpath?: string;
}

/** Returns a layer of empty entries, also of those that `layer` does not make, such as hard links. */
function tarOf(entry: Entry): BlobContent {
  const block = Buffer.alloc(512);
  new Header({ size: 0, mode: 0o644, mtime: new Date(0), ...entry }).encode(block);
  return blob(Buffer.concat([block, Buffer.alloc(1024)]), TAR);
}

async function filesOf(...layers: NonNullable<ImageOptions['layers']>): Promise<ImageFiles> {
  await registry.push('team/app:1.0', image({ layers }));
  return registry.files('team/app:1.0');
}

describe('the files of an image', () => {
  it('are those of its layers, by path: text, bytes and links', async () => {
    const bytes = Buffer.from([0xff, 0x00]);
    expect(
      await filesOf(
        { 'etc/motd': 'hello', 'tmp/': { mode: 0o1777 }, empty: '' },
        { '/bin/run': { content: bytes, mode: 0o755 }, 'bin/start': { linkTo: 'run' } },
      ),
    ).toEqual({
      'bin/run': bytes,
      'bin/start': { linkTo: 'run' },
      empty: '',
      'etc/motd': 'hello',
    });
  });

  it('come in the order of their paths', async () => {
    const files = await filesOf({ b: '', 'a/b': '', 'a-b': '' }, { a0: '' });
    expect(Object.keys(files)).toEqual(['a-b', 'a/b', 'a0', 'b']);
  });

  it('are replaced by those of later layers', async () => {
    expect(await filesOf({ a: '1', b: '1' }, { a: '2' })).toEqual({ a: '2', b: '1' });
    expect(await filesOf({ 'a/b': '1' }, { a: 'a file' })).toEqual({ a: 'a file' });
    expect(await filesOf({ a: 'a file' }, { 'a/b': '1' })).toEqual({ 'a/b': '1' });
    expect(await filesOf({ a: 'a file' }, { 'a/': '' })).toEqual({});
  });

  it('can have any name', async () => {
    const files = await filesOf({ ['__proto__']: '1', 'constructor/x': '2' });
    expect(Object.entries(files)).toEqual([
      ['__proto__', '1'],
      ['constructor/x', '2'],
    ]);
  });

  it('are hidden by whiteouts of later layers, and not of their own', async () => {
    const lower = { 'a/1': '', 'a/2': '', 'b/c/d': '', e: '' };
    expect(await filesOf(lower, { 'a/.wh.1': '', '.wh.b': '' })).toEqual({ 'a/2': '', e: '' });
    expect(await filesOf(lower, { 'a/3': 'new', 'a/.wh..wh..opq': '' })).toEqual({
      'a/3': 'new',
      'b/c/d': '',
      e: '',
    });
    expect(await filesOf({ 'a/1': '', 'a/.wh.1': '', '.wh.none': '' })).toEqual({ 'a/1': '' });
  });

  it('lie where links to directories lead', async () => {
    const merged = { 'usr/lib/': '', lib: { linkTo: 'usr/lib' }, up: { linkTo: '../../lib' } };
    expect(await filesOf(merged, { 'lib/a': '1', 'up/b': '2', 'lib/': '' })).toEqual({
      lib: { linkTo: 'usr/lib' },
      up: { linkTo: '../../lib' },
      'usr/lib/a': '1',
      'usr/lib/b': '2',
    });
  });

  it('include hard links, with the content of their targets', async () => {
    const hard = tarOf({ path: 'b', type: 'Link', linkpath: './a' });
    expect(await filesOf({ a: 'same' }, hard)).toEqual({ a: 'same', b: 'same' });
  });

  it.each([
    ['plain', (tar: Buffer) => tar, TAR],
    ['gzip', (tar: Buffer) => gzipSync(tar), `${TAR}+gzip`],
    [
      'Docker gzip',
      (tar: Buffer) => gzipSync(tar),
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ],
    ['zstd', (tar: Buffer) => zstdCompressSync(tar), `${TAR}+zstd`],
    [
      'zstd in several frames',
      (tar: Buffer) =>
        Buffer.concat([
          zstdCompressSync(tar.subarray(0, 100)),
          Buffer.from('502a4d180400000001020304', 'hex'),
          zstdCompressSync(tar.subarray(100)),
        ]),
      `${TAR}+zstd`,
    ],
  ])('are read from a %s layer', async (_, compress, mediaType) => {
    const tar = tarOf({ path: 'a', type: 'File' }).bytes;
    expect(await filesOf(blob(compress(tar), mediaType))).toEqual({ a: '' });
  });
});

describe('the files of an index', () => {
  const amd = image({ layers: [{ arch: 'amd64' }] });
  const arm = image({
    layers: [{ arch: 'arm64' }],
    platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  });

  it('are those of its only image, besides attestations', async () => {
    const sbom = artifact({ type: 'application/spdx+json' });
    await registry.push('team/app:1.0', index([index([amd]), sbom]));

    expect(await registry.files('team/app:1.0')).toEqual({ arch: 'amd64' });
  });

  it('are those of the chosen platform', async () => {
    await registry.push('team/app:1.0', index([amd, arm]));

    for (const platform of ['linux/arm64', 'linux/arm64/v8']) {
      expect(await registry.files('team/app:1.0', { platform })).toEqual({ arch: 'arm64' });
    }
    await expect(registry.files('team/app:1.0')).rejects.toThrow(
      'team/app is an index of several platforms: set the option platform of files; it has linux/amd64, linux/arm64/v8',
    );
    await expect(registry.files('team/app:1.0', { platform: 'windows/amd64' })).rejects.toThrow(
      'team/app does not have one image for windows/amd64; it has linux/amd64, linux/arm64/v8',
    );
  });

  it('can be asked for by the platform of a single image', async () => {
    await registry.push('team/app:1.0', amd);

    expect(await registry.files('team/app:1.0', { platform: 'linux/amd64' })).toHaveProperty(
      'arch',
    );
    await expect(registry.files('team/app:1.0', { platform: 'linux/arm64' })).rejects.toThrow(
      'it has linux/amd64',
    );
  });
});

describe('files that cannot be read', () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000));
  const frames = Buffer.concat(Array<Buffer>(20).fill(zstdCompressSync(Buffer.alloc(1_000))));

  it.each([
    ['no tar file', blob('x'.repeat(600), TAR), /^sha256:\w+ cannot be read as a layer: TAR_/],
    [
      'a truncated tar file',
      blob(layer({ a: 'x' }).bytes.subarray(0, 400), `${TAR}+gzip`),
      /layer: /,
    ],
    ['a path out of the image', tarOf({ path: '../a', type: 'File' }), /\.\.\/a leads out of the/],
    [
      'a broken hard link',
      tarOf({ path: 'a', type: 'Link', linkpath: 'b' }),
      /a hard link to b, which/,
    ],
    ['gzip in gzip', blob(gzipSync(bomb), `${TAR}+gzip`), /it is compressed twice/],
    ['another type', blob('x', 'text/plain'), /is text\/plain, not a layer of files: see pull/],
  ])('are named: %s', async (_, content, message) => {
    await registry.push('team/app:1.0', image({ layers: [content] }));

    await expect(registry.files('team/app:1.0')).rejects.toThrow(message);
  });

  it.each<[string, NonNullable<ImageOptions['layers']>]>([
    ['one layer', [{ a: '1' }, blob(bomb, `${TAR}+gzip`)]],
    ['all layers', Array.from({ length: 10 }, () => ({ a: '1' }))],
    ['many frames', [blob(frames, `${TAR}+zstd`)]],
    ['a plain layer', [blob(Buffer.alloc(10_001), TAR)]],
  ])('unpack to too much: %s', async (_, layers) => {
    await registry.push('team/app:1.0', image({ layers }));

    await expect(registry.files('team/app:1.0', { maxBytes: 10_000 })).rejects.toThrow(
      /^the layers up to sha256:\w+ unpack to more bytes than allowed: raise maxBytes of files$/,
    );
  });

  it('go round in links', async () => {
    const loop = { a: { linkTo: 'b' }, b: { linkTo: 'a' } };

    await expect(filesOf(loop, { 'a/x': '' })).rejects.toThrow('a has too many symbolic links');
  });

  it('stand under a long path in many entries', () => {
    const entries = Array.from({ length: 300 }, (_, at) => ({
      path: `${at}/${'d/'.repeat(1_900)}f`,
      kind: 'file' as const,
      content: Buffer.alloc(0),
    }));

    expect(() => new MergedFiles().add(entries)).toThrow('it has more than 500000 files');
  });

  it.each([
    [{ os: 'linux' }, 'files has no os; allowed: platform, maxBytes'],
    [{ platform: { os: 'linux' } }, 'platform of files is {'],
  ])('have wrong options: %j', async (options, message) => {
    await expect(registry.files('team/app:1.0', options as object)).rejects.toThrow(message);
  });
});

describe('tags, repositories and delete', () => {
  it('list and remove what was pushed', async () => {
    const { digest } = await registry.push('team/app:1.0', image());
    await registry.push('team/app:2.0', image());
    await registry.push('other:1', image());

    expect(await registry.repositories()).toEqual(['other', 'team/app']);
    expect(await registry.tags('team/app')).toEqual(['1.0', '2.0']);
    expect(await registry.tags(`${registry.host}/none`)).toEqual([]);

    await registry.delete('team/app:1.0');
    expect(await registry.tags('team/app')).toEqual(['2.0']);
    expect(await registry.has(`team/app@${digest}`)).toBe(true);

    await registry.delete(`team/app@${digest}`);
    expect(await registry.tags('team/app')).toEqual([]);
    expect(await registry.has(`team/app@${digest}`)).toBe(false);
    expect(registry.requests).toEqual([]);
  });

  it('name what is wrong', async () => {
    const { digest } = await registry.push('team/app:1.0', image());

    await expect(registry.delete('team/app:2.0')).rejects.toThrow(
      'team/app does not have the tag 2.0; its tags are 1.0',
    );
    await expect(registry.delete('team/app')).rejects.toThrow('add a tag or a digest');
    await expect(registry.delete(`team/app:1.0@${digest}`)).rejects.toThrow('not both');
    await expect(registry.tags('team/app:1.0')).rejects.toThrow('without a tag');
  });
});
