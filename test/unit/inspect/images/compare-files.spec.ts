import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { parseTagName } from '../../../../src/domain/reference.js';
import { FileComparisons, type FileLimits } from '../../../../src/inspect/images/compare-files.js';
import { chooseImage, type ChosenImage } from '../../../../src/inspect/images/chosen-image.js';
import { type FileChange } from '../../../../src/inspect/images/file-changes.js';
import { KnownContent } from '../../../../src/inspect/manifests/known-content.js';
import { collect, repo } from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { image, type ImageOptions } from '../../../../src/testing/builders.js';
import { blob, layer, type LayerFiles } from '../../../../src/testing/layer.js';
import { pushed } from '../pushed-content.js';

const HOME = repo('team/app');
const TAR = 'application/vnd.oci.image.layer.v1.tar';
const LIMITS: FileLimits = {
  packedBytes: 1_000_000,
  unpackedBytes: 50_000_000,
  paths: 100,
  pathCharacters: 10_000,
};

type Layers = NonNullable<ImageOptions['layers']>;

describe('a comparison of files', () => {
  let storage: Storage;
  let comparisons: FileComparisons;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 200_000_000 });
    comparisons = new FileComparisons(storage, LIMITS);
  });

  async function chosen(tag: string, layers: Layers): Promise<ChosenImage> {
    await pushed(storage, HOME, image({ layers }), tag);
    const reference = parseTagName(tag);
    return chooseImage(storage, new KnownContent(storage), { repository: HOME, reference });
  }

  async function changes(a: Layers, b: Layers): Promise<FileChange[]> {
    const images = [await chosen('a', a), await chosen('b', b)] as const;
    return collect(comparisons.compare(...images, { caller: 'alice' }));
  }

  const inShort = (all: readonly FileChange[]) =>
    all.map(({ path, change }) => `${change} ${path}`);

  it('lists what was added, removed and changed, with sizes, modes and digests', async () => {
    const found = await changes(
      [{ same: 'x', gone: 'x', text: 'old', run: 'x', to: { linkTo: 'same' } }],
      [{ same: 'x', new: 'xy', text: 'new!', run: { content: 'x', mode: 0o755 }, to: 'a file' }],
    );

    const file = (content: string, mode = 0o644) => {
      const digest = Digest.of(Buffer.from(content)).toString();
      return { kind: 'file', size: content.length, mode, digest };
    };
    expect(found).toEqual([
      { path: 'gone', change: 'removed', a: file('x') },
      { path: 'new', change: 'added', b: file('xy') },
      { path: 'run', change: 'changed', a: file('x'), b: file('x', 0o755) },
      { path: 'text', change: 'changed', a: file('old'), b: file('new!') },
      { path: 'to', change: 'changed', a: { kind: 'link', linkTo: 'same' }, b: file('a file') },
    ]);
  });

  it('lists paths in byte order, also where a file becomes a directory', async () => {
    const found = await changes(
      [{ a: 'a file' }],
      [{ 'a/b/c': '', 'a-b': '', 'a.b/c': '', a0: '' }],
    );

    expect(inShort(found)).toEqual([
      'removed a',
      'added a-b',
      'added a.b/c',
      'added a/b/c',
      'added a0',
    ]);
  });

  it('follows whiteouts, also of files in layers that both images have', async () => {
    const base = layer({ 'etc/a': '1', 'etc/b': '1', 'var/x': '1' });

    const found = await changes([base], [base, { 'etc/.wh.a': '', 'var/.wh..wh..opq': '' }]);

    expect(inShort(found)).toEqual(['removed etc/a', 'removed var/x']);
  });

  it('reads layers that both images begin with once', async () => {
    const base = layer({ base: 'x' });
    const images = [
      await chosen('a', [base, { a: '' }]),
      await chosen('b', [base, { b: '' }]),
    ] as const;
    const opened: string[] = [];
    const open = storage.blobs.open.bind(storage.blobs);
    storage.blobs.open = (repository, digest) => {
      opened.push(digest.toString());
      return open(repository, digest);
    };

    const found = await collect(comparisons.compare(...images, { caller: 'alice' }));

    expect(inShort(found)).toEqual(['removed a', 'added b']);
    expect(opened.filter((digest) => digest === base.digest)).toHaveLength(1);
    expect(opened).toHaveLength(3);
  });

  it.each([
    ['plain', (tar: Buffer) => tar],
    ['gzip', (tar: Buffer) => gzipSync(tar)],
    ['gzip in two members', (tar: Buffer) => halves(tar, gzipSync)],
    ['zstd in two frames', (tar: Buffer) => halves(tar, zstdCompressSync)],
  ])('reads %s layers', async (_, compress) => {
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, number) => [`${number}`, `${number}`.repeat(5_000)]),
    );
    const tar = tarOf(files);

    expect(await changes([blob(compress(tar), TAR)], [blob(tar, TAR)])).toEqual([]);
  });

  it.each<[string, Layers, RegExp]>([
    ['packed', [blob(Buffer.alloc(1_000_001), TAR)], /have \d+ bytes, and at most 1000000/],
    ['unpacked', [blob(gzipSync(Buffer.alloc(50_000_001)), TAR)], /unpack to more than 50000000/],
    ['in number', [many(101)], /it has more than 100 files/],
    ['in number with directories', [{ [`${'d/'.repeat(100)}f`]: '' }], /more than 100 files/],
  ])('refuses images that are too large %s', async (_, layers, message) => {
    await expect(changes(layers, [{ a: '' }])).rejects.toMatchObject({
      kind: 'request-malformed',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it.each<[string, Layers, RegExp]>([
    ['is no tar file', [blob('x'.repeat(600), TAR)], /cannot be read as a layer: TAR_/],
    ['is of another type', [blob('x', 'text/plain')], /is text\/plain, which is not a layer/],
  ])('names a layer that %s', async (_, layers, message) => {
    await expect(changes(layers, [{ a: '' }])).rejects.toMatchObject({
      kind: 'request-malformed',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('runs one at a time for each caller, and the next one after its end', async () => {
    const images = [
      await chosen('a', [{ a: '1', b: '1' }]),
      await chosen('b', [{ c: '1' }]),
    ] as const;
    const first = comparisons.compare(...images, { caller: 'alice' });
    await first.next();

    await expect(comparisons.compare(...images, { caller: 'alice' }).next()).rejects.toMatchObject({
      kind: 'too-many-requests',
    });
    expect(await collect(comparisons.compare(...images, { caller: 'bob' }))).toHaveLength(3);
    await first.return(undefined);

    expect(await collect(comparisons.compare(...images, { caller: 'alice' }))).toHaveLength(3);
  });

  it('ends when its signal is aborted, in the middle of a layer, too', async () => {
    const bomb = blob(gzipSync(Buffer.alloc(40_000_000)), TAR);
    const images = [await chosen('a', [bomb]), await chosen('b', [{ a: '' }])] as const;
    const ending = new AbortController();
    const reason = new Error('the client has left');
    setImmediate(() => ending.abort(reason));

    const running = comparisons.compare(...images, { caller: 'alice', signal: ending.signal });

    await expect(running.next()).rejects.toBe(reason);
  });

  it('keeps other work running while it unpacks', async () => {
    const tar = tarOf({ large: Buffer.alloc(10_000_000) });
    const images = [
      await chosen('a', [blob(gzipSync(tar), TAR)]),
      await chosen('b', [{ a: '' }]),
    ] as const;
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);

    await collect(comparisons.compare(...images, { caller: 'alice' }));
    running = false;

    expect(turns).toBeGreaterThan(30);
  });
});

function halves(tar: Buffer, compress: (bytes: Buffer) => Buffer): Buffer {
  return Buffer.concat([compress(tar.subarray(0, 1_000)), compress(tar.subarray(1_000))]);
}

/** Returns a plain tar file: the layers of the kit are gzip without compression. */
function tarOf(files: LayerFiles): Buffer {
  return gunzipSync(layer(files).bytes);
}

function many(count: number): LayerFiles {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`${number}`, '']));
}
