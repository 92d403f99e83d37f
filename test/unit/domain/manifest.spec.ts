import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  mediaTypeOfStored,
  parseManifest,
  referrerDescriptor,
  requiredContent,
  type Manifest,
} from '../../../src/domain/manifest.js';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  OCI_IMAGE,
  OCI_INDEX,
  tryParseMediaType,
} from '../../../src/domain/media-type.js';
import { elapsed } from '../../support/elapsed.js';

const CONFIG = descriptor('config', 'application/vnd.oci.image.config.v1+json');
const LAYER = descriptor('layer', 'application/vnd.oci.image.layer.v1.tar+gzip');
const FOREIGN = descriptor('foreign', 'application/vnd.oci.image.layer.nondistributable.v1.tar');
const CHILD = descriptor('child', OCI_IMAGE);
const IMAGE = { schemaVersion: 2, mediaType: OCI_IMAGE, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [CHILD] };

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

/** JSON that is not a manifest, with the error message for the client. */
const BAD_MANIFESTS = [
  { name: 'schemaVersion 1', json: { ...IMAGE, schemaVersion: 1 }, message: /schemaVersion/ },
  { name: 'schemaVersion as text', json: { ...IMAGE, schemaVersion: '2' }, message: /schemaVersion/ }, // prettier-ignore
  { name: 'no schemaVersion', json: { ...IMAGE, schemaVersion: undefined }, message: /schemaVersion/ }, // prettier-ignore
  { name: 'an unknown mediaType', json: { ...IMAGE, mediaType: 'a/b' }, message: /a\/b/ },
  { name: 'a mediaType with parameters', json: { ...IMAGE, mediaType: `${OCI_IMAGE};q=1` }, message: /mediaType/ }, // prettier-ignore
  { name: 'a mediaType that is not text', json: { ...IMAGE, mediaType: 5 }, message: /mediaType/ },
  { name: 'a mediaType in capitals', json: { ...IMAGE, mediaType: OCI_IMAGE.toUpperCase() }, message: /media type/ }, // prettier-ignore
  { name: 'no config', json: { ...IMAGE, config: undefined }, message: /config/ },
  { name: 'null as config', json: { ...IMAGE, config: null }, message: /config/ },
  { name: 'a config without digest', json: { ...IMAGE, config: { ...CONFIG, digest: 'x' } }, message: /config/ }, // prettier-ignore
  { name: 'layers that are not a list', json: { ...IMAGE, layers: {} }, message: /layers/ },
  { name: 'layers that are text', json: { ...IMAGE, layers: 'x' }, message: /layers/ },
  { name: 'null among the layers', json: { ...IMAGE, layers: [LAYER, null] }, message: /layers\[1\]/ }, // prettier-ignore
  { name: 'a layer without size', json: { ...IMAGE, layers: [{ ...LAYER, size: -1 }] }, message: /layers\[0\]/ }, // prettier-ignore
  { name: 'an image with manifests', json: { ...IMAGE, manifests: [] }, message: /manifests/ },
  { name: 'an index with layers', json: { ...INDEX, layers: [] }, message: /layers/ },
  { name: 'an index with a config', json: { ...INDEX, config: CONFIG }, message: /config/ },
  { name: 'fields of both kinds without a mediaType', json: { ...INDEX, ...IMAGE, mediaType: undefined }, message: /manifests/ }, // prettier-ignore
  { name: 'manifests that are not a list', json: { ...INDEX, manifests: 0 }, message: /manifests/ },
  { name: 'an entry without mediaType', json: { ...INDEX, manifests: [{ ...CHILD, mediaType: 1 }] }, message: /manifests\[0\]/ }, // prettier-ignore
  { name: 'a subject that is text', json: { ...IMAGE, subject: CHILD.digest }, message: /subject/ },
  { name: 'a subject with a bad digest', json: { ...IMAGE, subject: { ...CHILD, digest: 'sha256:' } }, message: /subject/ }, // prettier-ignore
  { name: 'an artifactType that is not text', json: { ...IMAGE, artifactType: [] }, message: /artifactType/ }, // prettier-ignore
  { name: 'annotations that are a list', json: { ...IMAGE, annotations: [] }, message: /annotations/ }, // prettier-ignore
  { name: 'an annotation that is not text', json: { ...IMAGE, annotations: { a: 1 } }, message: /annotations/ }, // prettier-ignore
];

/** Bytes that are not a JSON object. */
const BAD_BYTES = [
  { name: 'nothing', bytes: '' },
  { name: 'half of a manifest', bytes: JSON.stringify(IMAGE).slice(0, -1) },
  { name: 'a manifest and more', bytes: `${JSON.stringify(IMAGE)}{}` },
  { name: 'a list', bytes: `[${JSON.stringify(IMAGE)}]` },
  { name: 'null', bytes: 'null' },
  { name: 'a number', bytes: '2' },
  { name: 'a text', bytes: '"schemaVersion"' },
  { name: 'a comment', bytes: `/**/${JSON.stringify(IMAGE)}` },
  { name: 'a trailing comma', bytes: '{"schemaVersion":2,}' },
  { name: 'NaN', bytes: '{"schemaVersion":NaN}' },
  { name: 'a byte order mark', bytes: `\ufeff${JSON.stringify(IMAGE)}` },
  { name: 'a NUL after the manifest', bytes: `${JSON.stringify(IMAGE)}\u0000` },
  { name: 'UTF-16', bytes: Buffer.from(JSON.stringify(IMAGE), 'utf16le') },
  { name: 'a byte that is not UTF-8', bytes: withText(0xff) },
  { name: 'an overlong form', bytes: withText(0xc0, 0xaf) },
  { name: 'an encoded surrogate', bytes: withText(0xed, 0xa0, 0x80) },
  { name: 'a character that is cut off', bytes: withText(0xe2, 0x82) },
  { name: 'a million open brackets', bytes: '['.repeat(1_000_000) },
  { name: 'a million closed brackets', bytes: '['.repeat(500_000) + ']'.repeat(500_000) },
  { name: 'a million open objects', bytes: '{"a":'.repeat(1_000_000) },
  { name: 'all fields in __proto__', bytes: `{"__proto__":${JSON.stringify(IMAGE)}}` },
];

describe('parseManifest refuses', () => {
  it.each(BAD_MANIFESTS)('$name', ({ json, message }) => {
    expect(() => parse(json)).toThrow(message);
    expect(() => parse(json)).toThrow(expect.objectContaining({ kind: 'manifest-invalid' }));
  });

  it.each(BAD_BYTES)('$name', ({ bytes }) => {
    expect(() => parseManifest(Buffer.from(bytes), undefined)).toThrow(
      expect.objectContaining({ kind: 'manifest-invalid' }),
    );
  });

  it.each([
    { contentType: OCI_INDEX, json: IMAGE },
    { contentType: OCI_IMAGE, json: INDEX },
    { contentType: DOCKER_IMAGE, json: IMAGE },
    { contentType: DOCKER_IMAGE, json: { ...IMAGE, mediaType: undefined } },
    { contentType: DOCKER_LIST, json: { ...INDEX, mediaType: undefined } },
    { contentType: OCI_IMAGE, json: { ...INDEX, mediaType: undefined } },
    { contentType: tryParseMediaType('application/json'), json: IMAGE },
  ])('the Content-Type $contentType for $json.mediaType', ({ contentType, json }) => {
    expect(() => parseManifest(encode(json), contentType)).toThrow(
      expect.objectContaining({ kind: 'manifest-invalid' }),
    );
  });

  it.each(['9007199254740992', '9007199254740993', '1e400', '18446744073709551615', '-1', '0.1'])(
    'a layer of %s bytes',
    (size) => {
      const text = JSON.stringify(IMAGE).replace('"size":5', `"size":${size}`);
      expect(text).toContain(size);

      expect(() => parseText(text)).toThrow(
        expect.objectContaining({
          kind: 'manifest-invalid',
          message: 'layers[0] has no valid size',
        }),
      );
    },
  );
});

describe('parseManifest of hostile JSON', () => {
  it('survives an unknown field with a million brackets', () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;

    const outcome = attempt(() => parseText(`{"schemaVersion":2,"manifests":[],"x":${deep}}`));

    expect(['index', 'manifest-invalid']).toContain(outcome);
  });

  it('does not let a __proto__ key change other objects', () => {
    const text = '{"schemaVersion":2,"__proto__":{"subject":5},"manifests":[],"annotations":{"__proto__":"x"}}'; // prettier-ignore

    const manifest = parseText(text);

    expect(manifest.subject).toBeUndefined();
    expect(JSON.stringify(manifest.annotations)).toBe('{"__proto__":"x"}');
    expect(({} as { subject?: unknown }).subject).toBeUndefined();
  });

  it('uses the last of two fields with the same name, as clients do', () => {
    const twice = JSON.stringify(INDEX).replace('{', '{"manifests":[null],');

    expect(parseText(twice).manifests).toHaveLength(1);
  });

  it('reads an index of 20,000 entries quickly', () => {
    const bytes = encode({ ...INDEX, manifests: Array(20_000).fill(CHILD) });

    expect(parseManifest(bytes, undefined).manifests).toHaveLength(20_000);
    expect(elapsed(() => parseManifest(bytes, undefined))).toBeLessThan(2_000);
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

function descriptor(
  text: string,
  mediaType: string,
): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: Digest.of(Buffer.from(text)).toString(), size: text.length };
}

function encode(json: object): Buffer {
  return Buffer.from(JSON.stringify(json));
}

function parse(json: object): Manifest {
  return parseManifest(encode(json), undefined);
}

function parseText(text: string): Manifest {
  return parseManifest(Buffer.from(text), undefined);
}

/** Returns a valid manifest except for these bytes within a text. */
function withText(...bytes: number[]): Buffer {
  const [head, tail] = ['{"schemaVersion":2,"manifests":[],"x":"', '"}'];
  return Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
}

function attempt(read: () => Manifest): string {
  try {
    return read().kind;
  } catch (error) {
    return String((error as { kind?: unknown }).kind);
  }
}

function required(manifest: Manifest, policy: 'none' | 'indexes' | 'all'): string[][] {
  return requiredContent(manifest, policy).map(({ digest, as }) => [digest.toString(), as]);
}
