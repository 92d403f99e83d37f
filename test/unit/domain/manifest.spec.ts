import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  mediaTypeOfStored,
  parseManifest,
  referrerDescriptor,
  requiredContent,
  type Manifest,
} from '../../../src/domain/manifest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../../src/domain/media-type.js';
import {
  CHILD,
  CONFIG,
  encode,
  FOREIGN,
  IMAGE,
  INDEX,
  LAYER,
  parse,
  parseText,
} from './manifest-samples.js';

describe('parseManifest', () => {
  it.each([
    { kind: 'image', mediaType: OCI_IMAGE, json: IMAGE },
    { kind: 'image', mediaType: DOCKER_IMAGE, json: { ...IMAGE, mediaType: DOCKER_IMAGE } },
    { kind: 'index', mediaType: OCI_INDEX, json: INDEX },
    { kind: 'index', mediaType: DOCKER_LIST, json: { ...INDEX, mediaType: DOCKER_LIST } },
    { kind: 'image', mediaType: OCI_IMAGE, json: { ...IMAGE, mediaType: undefined } },
    { kind: 'index', mediaType: OCI_INDEX, json: { ...INDEX, mediaType: undefined } },
    { kind: 'image', mediaType: OCI_IMAGE, json: { ...IMAGE, mediaType: null } },
    { kind: 'index', mediaType: OCI_INDEX, json: { ...INDEX, mediaType: '' } },
    { kind: 'index', mediaType: OCI_INDEX, json: { schemaVersion: 2 } },
  ])('reads an $kind of type $mediaType from $json', ({ kind, mediaType, json }) => {
    const bytes = encode(json);

    for (const contentType of [mediaType, undefined]) {
      const manifest = parseManifest(bytes, contentType);
      expect(manifest).toMatchObject({ kind, mediaType });
      expect(manifest.bytes).toBe(bytes);
    }
    expect(mediaTypeOfStored(bytes)).toBe(mediaType);
  });

  it.each([
    { name: 'an image without layers', json: { ...IMAGE, layers: undefined } },
    { name: 'an image whose layers are null', json: { ...IMAGE, layers: null } },
    { name: 'an image with an empty list', json: { ...IMAGE, layers: [] } },
    {
      name: 'an image with foreign lists of null',
      json: { ...IMAGE, layers: [], manifests: null },
    },
  ])('reads $name as an image without layers and entries', ({ json }) => {
    expect(parse(json)).toMatchObject({ layers: [], manifests: [], config: { size: 6 } });
  });

  it.each([
    { name: 'an index without entries', json: { ...INDEX, manifests: undefined } },
    { name: 'an index whose entries are null', json: { ...INDEX, manifests: null } },
    { name: 'an index with foreign fields of null', json: { ...INDEX, manifests: [], config: null, layers: null } }, // prettier-ignore
  ])('reads $name as an index without entries, config and layers', ({ json }) => {
    expect(parse(json)).toMatchObject({ layers: [], manifests: [] });
    expect(parse(json).config).toBeUndefined();
  });

  it('reads config, layers and entries in their order', () => {
    const image = parse({ ...IMAGE, layers: [LAYER, FOREIGN, LAYER] });
    const index = parse({ ...INDEX, manifests: [CHILD, LAYER] });

    expect(image.config?.digest.toString()).toBe(CONFIG.digest);
    expect(image.layers.map(({ digest }) => digest.toString())).toEqual(
      [LAYER, FOREIGN, LAYER].map(({ digest }) => digest),
    );
    expect(index.manifests.map(({ mediaType }) => mediaType)).toEqual([OCI_IMAGE, LAYER.mediaType]);
  });

  it('reads subject, artifactType and annotations of both kinds', () => {
    const extra = { subject: CHILD, artifactType: 'a/b', annotations: { x: 'y' } };

    for (const json of [IMAGE, INDEX]) {
      const manifest = parse({ ...json, ...extra });
      expect(manifest.subject?.digest.toString()).toBe(CHILD.digest);
      expect(manifest).toMatchObject({ artifactType: 'a/b', annotations: { x: 'y' } });
    }
  });

  it('leaves out fields that are absent or null', () => {
    const manifest = parse({ ...IMAGE, subject: null, artifactType: null, annotations: null });

    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(subject|artifactType|annotations)$/)]),
    );
  });

  it('ignores unknown fields', () => {
    const json = { ...IMAGE, zebra: [1, { a: null }], history: 5, constructor: 1 };

    expect(parse(json)).toMatchObject({ kind: 'image' });
  });

  it('accepts schemaVersion 2.0', () => {
    expect(parseText('{"schemaVersion":2.0,"manifests":[]}').kind).toBe('index');
  });
});

describe('mediaTypeOfStored', () => {
  it.each([
    { text: '{"schemaVersion":2,"config":{},"layers":[]}', expected: OCI_IMAGE },
    { text: '{"schemaVersion":2,"layers":[]}', expected: OCI_IMAGE },
    { text: '{"schemaVersion":2,"manifests":[]}', expected: OCI_INDEX },
    { text: `{"mediaType":"${DOCKER_LIST}"}`, expected: DOCKER_LIST },
  ])('returns $expected for $text', ({ text, expected }) => {
    expect(mediaTypeOfStored(Buffer.from(text))).toBe(expected);
  });
});

describe('requiredContent', () => {
  const image = parse({ ...IMAGE, layers: [LAYER, FOREIGN], subject: CHILD });
  const index = parse({ ...INDEX, manifests: [CHILD, LAYER], subject: CONFIG });

  it.each(['none', 'indexes'] as const)(
    'lists the config and the distributable layers of an image, but not its subject (%s)',
    (policy) => {
      expect(required(image, policy)).toEqual([
        [CONFIG.digest, 'blob'],
        [LAYER.digest, 'blob'],
      ]);
    },
  );

  it('lists the entries of an index as manifests or blobs, but not its subject', () => {
    expect(required(index, 'none')).toEqual([
      [CHILD.digest, 'manifest-or-blob'],
      [LAYER.digest, 'manifest-or-blob'],
    ]);
  });

  it('lists nothing that the policy lets be missing', () => {
    expect(required(index, 'indexes')).toEqual([]);
    expect(required(index, 'all')).toEqual([]);
    expect(required(image, 'all')).toEqual([]);
  });
});

describe('referrerDescriptor', () => {
  it.each([
    {
      name: 'the artifactType of an image',
      json: { ...IMAGE, artifactType: 'a/b' },
      artifactType: 'a/b',
    },
    { name: 'the media type of the config', json: IMAGE, artifactType: CONFIG.mediaType },
    { name: 'the media type of the config if artifactType is empty', json: { ...IMAGE, artifactType: '' }, artifactType: CONFIG.mediaType }, // prettier-ignore
    { name: 'the artifactType of an index', json: { ...INDEX, artifactType: 'c/d' }, artifactType: 'c/d' }, // prettier-ignore
  ])('has as artifactType $name', ({ json, artifactType }) => {
    const manifest = parse(json);
    const digest = Digest.of(manifest.bytes, 'sha512');

    expect(referrerDescriptor(manifest, digest)).toEqual({
      mediaType: manifest.mediaType,
      digest,
      size: manifest.bytes.byteLength,
      artifactType,
    });
  });

  it('has no artifactType and no annotations when the manifest has neither', () => {
    const index = parse(INDEX);

    const keys = Object.keys(referrerDescriptor(index, Digest.of(index.bytes)));

    expect(keys.sort()).toEqual(['digest', 'mediaType', 'size']);
  });

  it('has all annotations, also empty ones', () => {
    const annotated = parse({ ...INDEX, annotations: { a: '', b: 'é' } });
    const empty = parse({ ...INDEX, annotations: {} });

    expect(referrerDescriptor(annotated, Digest.of(annotated.bytes)).annotations).toEqual({
      a: '',
      b: 'é',
    });
    expect(referrerDescriptor(empty, Digest.of(empty.bytes)).annotations).toEqual({});
  });

  it.each([
    ['exactly 64 KiB', 64 * 1024, true],
    ['more than 64 KiB', 64 * 1024 + 1, false],
  ])('with annotations of %s has them: %p', (_, bytes, has) => {
    const annotations = { a: 'x'.repeat(bytes - '{"a":""}'.length) };
    const annotated = parse({ ...INDEX, annotations });

    const listed = referrerDescriptor(annotated, Digest.of(annotated.bytes));

    expect('annotations' in listed).toBe(has);
  });

  it('has no artifactType that is too long for a media type', () => {
    const long = parse({ ...INDEX, artifactType: `a/${'b'.repeat(254)}` });

    expect('artifactType' in referrerDescriptor(long, Digest.of(long.bytes))).toBe(false);
  });
});

function required(manifest: Manifest, policy: 'none' | 'indexes' | 'all'): string[][] {
  return requiredContent(manifest, policy).map(({ digest, as }) => [digest.toString(), as]);
}
