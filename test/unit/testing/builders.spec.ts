import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import { Parser, type ReadEntry } from 'tar';

import {
  artifact,
  blob,
  image,
  index,
  layer,
  type BlobContent,
  type OciDescriptor,
} from '../../../src/exports/testing.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseManifest } from '../../../src/domain/manifest.js';

interface Unpacked {
  readonly type: string;
  readonly mode: number | undefined;
  readonly linkpath?: string | undefined;
  readonly content: string;
}

/** Returns the files of a layer, as the tar library reads them. */
function unpack({ bytes }: BlobContent): Record<string, Unpacked> {
  const found: Record<string, Unpacked> = {};
  const onReadEntry = (entry: ReadEntry): void => {
    const { type, mode, linkpath, path } = entry;
    const pieces: Buffer[] = [];
    entry.on('data', (piece: Buffer) => pieces.push(piece));
    entry.on('end', () => {
      found[path] = { type, mode, linkpath, content: Buffer.concat(pieces).toString() };
    });
  };
  const parser = new Parser({ strict: true, onReadEntry });
  parser.end(gunzipSync(bytes));
  return found;
}

function isTrue({ bytes, digest, size }: BlobContent): boolean {
  return Digest.of(bytes).toString() === digest && bytes.byteLength === size;
}

function jsonOf({ bytes }: { readonly bytes: Buffer }): unknown {
  return JSON.parse(bytes.toString());
}

function plain({ mediaType, digest, size }: OciDescriptor): OciDescriptor {
  return { mediaType, digest, size };
}

describe('a layer', () => {
  const long = `${'deep/'.repeat(50)}file`;
  const files = {
    'etc/motd': 'hello',
    '/bin/run': { content: Buffer.from('#!/bin/sh\n'), mode: 0o755 },
    'bin/link': { linkTo: 'run' },
    'tmp/': { mode: 0o1777 },
    'home/': '',
    [long]: 'x'.repeat(1000),
    empty: '',
  };

  it('is a gzipped tar file of the files', () => {
    const built = layer(files);

    expect(built.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
    expect(isTrue(built)).toBe(true);
    expect(unpack(built)).toMatchObject({
      'etc/motd': { type: 'File', mode: 0o644, content: 'hello' },
      'bin/run': { type: 'File', mode: 0o755, content: '#!/bin/sh\n' },
      'bin/link': { type: 'SymbolicLink', linkpath: 'run' },
      'tmp/': { type: 'Directory', mode: 0o1777 },
      'home/': { type: 'Directory', mode: 0o755 },
      [long]: { type: 'File', content: 'x'.repeat(1000) },
      empty: { type: 'File', content: '' },
    });
  });

  it('can contain a long link', () => {
    const linkTo = `${'far/'.repeat(60)}away`;

    expect(unpack(layer({ link: { linkTo } }))).toMatchObject({ link: { linkpath: linkTo } });
  });

  it('has the same bytes on every machine, at any time', () => {
    expect(layer({ 'etc/motd': 'hello' }).digest).toBe(
      'sha256:c79948d25fb95401bd2a3012f75421aab9bd1367914ec730e4095832bfcedf2f',
    );
  });

  it.each(['../etc/passwd', 'a/../../b', '', '/'])('rejects the path %j', (path) => {
    expect(() => layer({ [path]: 'x' })).toThrow(TypeError);
  });
});

describe('an image', () => {
  it('has a config that lists its layers, and a manifest that references both', () => {
    const built = image({
      layers: [{ a: '1' }, layer({ b: '2' }, { annotations: { which: 'second' } })],
      config: { Env: ['A=1'], Labels: { team: 'x' }, Entrypoint: ['/a'] },
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      annotations: { 'org.opencontainers.image.title': 'app' },
    });

    const diffIds = built.layers.map(({ bytes }) => Digest.of(gunzipSync(bytes)).toString());
    expect(jsonOf(built.config)).toMatchObject({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      config: { Env: ['A=1'], Labels: { team: 'x' }, Entrypoint: ['/a'] },
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: [{}, {}],
    });
    expect([built.config, ...built.layers].every(isTrue)).toBe(true);
    expect(jsonOf(built)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: plain(built.config),
      layers: [
        plain(built.layers[0] as BlobContent),
        { ...plain(built.layers[1] as BlobContent), annotations: { which: 'second' } },
      ],
      annotations: { 'org.opencontainers.image.title': 'app' },
    });
    expect(built.manifest).toEqual(jsonOf(built));
    expect(isTrue({ ...built.descriptor, bytes: built.bytes })).toBe(true);
    expect(parseManifest(built.bytes, undefined).kind).toBe('image');
  });

  it('has one layer by default, and no layer for an empty list', () => {
    expect(image().layers).toHaveLength(1);
    expect(image({ layers: [] }).layers).toEqual([]);
    expect(image().descriptor).toEqual(image().descriptor);
  });

  it('accepts prebuilt layers of any type', () => {
    const tar = blob(Buffer.alloc(1024), 'application/vnd.oci.image.layer.v1.tar');
    const garbled = blob('no gzip', 'application/vnd.oci.image.layer.v1.tar+gzip');

    const built = image({ layers: [tar, garbled] });

    expect(jsonOf(built.config)).toMatchObject({
      rootfs: { diff_ids: [tar.digest, garbled.digest] },
    });
  });

  it('rejects bytes without a media type as a layer', () => {
    const bytes = Buffer.from('x') as unknown as BlobContent;

    expect(() => image({ layers: [bytes] })).toThrow('blob(bytes, mediaType)');
  });

  it('can have a file named size in a layer', () => {
    expect(unpack(image({ layers: [{ size: 'large' }] }).layers[0] as BlobContent)).toHaveProperty(
      'size',
    );
  });
});

describe('an index', () => {
  it('lists its entries with their platforms', () => {
    const arm = image({ platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
    const amd = image();
    const sbom = artifact({ type: 'application/spdx+json' });

    const built = index([amd, arm, sbom], { annotations: { a: 'b' } });

    expect(jsonOf(built)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { ...amd.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
        { ...arm.descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { ...sbom.descriptor, artifactType: 'application/spdx+json' },
      ],
      annotations: { a: 'b' },
    });
    expect(built.manifests).toEqual([amd, arm, sbom]);
    expect(parseManifest(built.bytes, undefined).kind).toBe('index');
  });
});

describe('an artifact', () => {
  it('has a type, the empty config, its files and its subject', () => {
    const subject = image();
    const signature = blob('signed', 'application/x-signature');

    const built = artifact({
      type: 'application/spdx+json',
      subject,
      files: { 'sbom.json': '{}' },
      blobs: [signature],
      annotations: { a: 'b' },
    });

    const [file] = built.layers as [BlobContent];
    expect(file).toMatchObject({
      mediaType: 'application/octet-stream',
      annotations: { 'org.opencontainers.image.title': 'sbom.json' },
    });
    expect(jsonOf(built)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/spdx+json',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [{ ...plain(file), annotations: file.annotations }, plain(signature)],
      subject: subject.descriptor,
      annotations: { a: 'b' },
    });
    expect(built.config.bytes.toString()).toBe('{}');
  });

  it('has the empty layer without files', () => {
    const built = artifact({ type: 'application/x' });

    expect(built.layers).toEqual([built.config]);
  });
});

describe('a wrong argument', () => {
  const CALLS: readonly (readonly [string, () => unknown, string])[] = [
    ['image', () => image(never('x')), "image is 'x'; allowed: an object with layers, config"],
    ['image', () => image(never({ layer: [] })), 'image has no layer; allowed: layers, config'],
    ['layers', () => image(never({ layers: { a: '1' } })), 'layers of image is { a:'],
    [
      'layers',
      () => image(never({ layers: ['a'] })),
      "layers of image is [ 'a' ]; allowed: a list",
    ],
    ['config', () => image(never({ config: { env: [] } })), 'config of image has no env; allowed'],
    ['Cmd', () => image(never({ config: { Cmd: 'sh' } })), "Cmd of config of image is 'sh'"],
    ['platform', () => image(never({ platform: 'linux/arm64' })), "is 'linux/arm64'; allowed: an"],
    [
      'os',
      () => image(never({ platform: { architecture: 'x' } })),
      'os of platform of image is un',
    ],
    [
      'annotations',
      () => image(never({ annotations: { a: 1 } })),
      'annotations of image is { a: 1 }',
    ],
    ['layer', () => layer(never('x')), "the files of a layer is 'x'; allowed: an object of files"],
    ['a file', () => layer(never({ a: null })), '"a" is null; allowed: a text, a Buffer'],
    ['a mode', () => layer({ a: { mode: 0o10000 } }), 'mode of "a" is 4096; allowed: an integer'],
    [
      'a file',
      () => layer(never({ a: { contents: '' } })),
      '"a" has no contents; allowed: content',
    ],
    ['a directory', () => layer({ 'a/': 'x' }), "\"a/\" is 'x'; allowed: '' or { mode }"],
    [
      'a link',
      () => layer(never({ a: { linkTo: 'b', mode: 1 } })),
      '"a" has no mode; allowed: linkTo',
    ],
    ['blob', () => blob(never(5)), 'the bytes of a blob is 5; allowed: a text, a Buffer'],
    ['blob', () => blob('x', never({})), 'the media type of a blob is {}'],
    ['blob', () => blob('x', 'a/b', never({ annotation: {} })), 'blob has no annotation'],
    ['index', () => index(never(image())), 'the entries of an index is {'],
    ['index', () => index(never([image().descriptor])), 'allowed: a list of results of image'],
    [
      'index',
      () => index([], never({ platform: {} })),
      'index has no platform; allowed: annotations',
    ],
    ['artifact', () => artifact(never({})), 'type of artifact is undefined; allowed: a text that'],
    ['artifact', () => artifact({ type: '' }), "type of artifact is ''"],
    ['subject', () => artifact(never({ type: 'a/b', subject: 'x' })), "subject of artifact is 'x'"],
    [
      'files',
      () => artifact(never({ type: 'a/b', files: { a: {} } })),
      'files of artifact is { a:',
    ],
    ['blobs', () => artifact(never({ type: 'a/b', blobs: ['x'] })), 'blobs of artifact is ['],
  ];

  it.each(CALLS)('of %s is named', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(TypeError);
  });

  it('is not an option that is undefined', () => {
    expect(image(never({ layers: undefined, config: undefined }))).toEqual(image());
  });
});

/** Passes what a JavaScript caller could pass. */
function never(value: unknown): never {
  return value as never;
}
