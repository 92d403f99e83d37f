import { describe, expect, it } from '@jest/globals';

import { parseManifest, parsePushedManifest } from '../../../src/domain/manifest.js';
import { refuseAmbiguousKeys } from '../../../src/domain/manifest-keys.js';
import { OCI_IMAGE, OCI_INDEX } from '../../../src/domain/media-type.js';
import { elapsed } from '../../support/elapsed.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const FIELDS = `"mediaType":"a/b","digest":"${DIGEST}","size":1`;
const DESCRIPTOR = `{${FIELDS}}`;

const image = (more: string): string =>
  `{"schemaVersion":2,"mediaType":"${OCI_IMAGE}","config":${DESCRIPTOR},"layers":[${DESCRIPTOR}]${more}}`;
const index = (more: string, entry = DESCRIPTOR): string =>
  `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[${entry}]${more}}`;

const pushed = (text: string): string => {
  try {
    return parsePushedManifest(Buffer.from(text), undefined).kind;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a pushed manifest', () => {
  it.each([
    ['Config', image(`,"Config":${DESCRIPTOR}`)],
    ['LAYERS', image(`,"LAYERS":[${DESCRIPTOR}]`)],
    ['Layers in an index', index(`,"Layers":[${DESCRIPTOR}]`)],
    ['a null Manifests in an image', image(',"Manifests":null')],
    ['ſubject', image(`,"ſubject":${DESCRIPTOR}`)],
    ['an escaped Config', image(`,"\\u0043onfig":${DESCRIPTOR}`)],
    ['an escaped key with ſ', image(`,"layer\\u017f":[]`)],
    ['MediaType before mediaType', `{"MediaType":"a/b",${image('').slice(1)}`],
    ['Digest in an entry', index('', `{${FIELDS},"Digest":"${DIGEST}"}`)],
    ['SIZE in the config', image('').replace('"size"', '"SIZE":2,"size"')],
    ['OS in a platform', index('', `{${FIELDS},"platform":{"os":"linux","OS":"windows"}}`)],
    ['URLs in a layer', image(`,"subject":{${FIELDS},"URLs":[]}`)],
    ['ArtifactType', index(',"ArtifactType":"a/b"')],
    ['a spaced key', index(' ,\n\t"Annotations" : { "a" : "b" }')],
  ])('is refused for %s', (_, text) => {
    expect(pushed(text)).toMatch(/^the manifest is ambiguous: the key .* equals \w+ except for/);
  });

  it.each([
    ['config', image(`,"config":${DESCRIPTOR}`)],
    ['layers', image(`,"layers":[]`)],
    ['schemaVersion', index(',"schemaVersion":2')],
    ['an escaped manifests', index(`,"manifest\\u0073":[]`)],
    ['annotations', index(',"annotations":{},"annotations":{}')],
    ['digest', index('', `{"digest":"${DIGEST}",${FIELDS}}`)],
    ['os', index('', `{${FIELDS},"platform":{"os":"a","os":"b"}}`)],
    ['platform', index('', `{${FIELDS},"platform":{},"platform":{}}`)],
  ])('is refused for %s that stands twice', (_, text) => {
    expect(pushed(text)).toMatch(/^the manifest is ambiguous: the key \S+ stands twice$/);
  });

  it.each([
    ['annotations that differ in case', index(',"annotations":{"Config":"x","config":"y"}')],
    ['known names as values', index(',"x":["Config","Layers",{"Config":1,"config":2}]')],
    ['unknown keys twice', index(',"x":1,"x":2,"X":3')],
    ['text with quotes and braces', index(',"x":"\\"}],{\\\\","y":"\\\\"')],
    ['the same keys in several entries', index('', `${DESCRIPTOR}, ${DESCRIPTOR}`)],
    ['a key with a dotted capital i', index(',"confİg":1')],
    ['white space', JSON.stringify(JSON.parse(image(',"x":[1,{"y":null}]')), undefined, 2)],
    ['scalars at the end', index(',"x":-1.5e3 ,"y":true\n')],
  ])('may have %s', (_, text) => {
    expect(pushed(text)).toMatch(/^(?:image|index)$/);
  });

  it('is still read from the storage, where it may be older than the check', () => {
    const stored = Buffer.from(image(`,"Config":${DESCRIPTOR}`));
    expect(parseManifest(stored, undefined).kind).toBe('image');
  });

  it.each([
    ['brackets', `{"subject":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
    ['braces', `{"x":${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}}`],
    ['lists', `{"layers":[${'[],'.repeat(900_000)}[]]}`],
    ['backslashes', `{"x":"${'\\\\'.repeat(2_000_000)}"}`],
    ['quotes', `{"x":"${'\\"'.repeat(2_000_000)}"}`],
    ['keys', `{${'"a":1,'.repeat(600_000)}"a":1}`],
    ['a long key', `{"${'Config'.repeat(600_000)}":1}`],
  ])('of four megabytes of %s is scanned in linear time', (_, text) => {
    expect(elapsed(() => refuseAmbiguousKeys(text))).toBeLessThan(1_500);
  });
});
