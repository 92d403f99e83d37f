import { describe, expect, it } from '@jest/globals';

import { parseManifest, type Manifest } from '../../../src/domain/manifest.js';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  OCI_IMAGE,
  OCI_INDEX,
  tryParseMediaType,
} from '../../../src/domain/media-type.js';
import { elapsed } from '../../support/elapsed.js';
import {
  CHILD,
  CONFIG,
  encode,
  IMAGE,
  INDEX,
  LAYER,
  parse,
  parseText,
} from './manifest-samples.js';

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
