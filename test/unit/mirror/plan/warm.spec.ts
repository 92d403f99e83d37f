import { describe, expect, it } from '@jest/globals';

import { InvalidFile } from '../../../../src/files/invalid-file.js';
import { parseMirrorsFile } from '../../../../src/mirror/plan/mirrors-file.js';

/** Parses a file with one mirror that says `warm` in its second line. */
const parse = (warm: string, name = 'docker.io') =>
  parseMirrorsFile(
    `mirrors:\n  - { name: ${name}, url: 'https://registry-1.docker.io',\n    warm: ${warm} }\n`,
    'mirrors.yaml',
  );

async function mistakesOf(warm: string): Promise<string[]> {
  const failed = await parse(warm).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof InvalidFile)) throw new Error('the file has no mistake');
  return failed.message.split('\n');
}

describe('warm in the mirrors file', () => {
  it('says what is fetched, how often, and for which platforms', async () => {
    const { mirrors } = await parse(
      "{ every: 6h, images: [node:24, 'library/alpine:3.*'], platforms: [linux/amd64, linux/arm/v7] }",
    );
    const { warm } = mirrors[0] ?? {};

    expect(warm).toMatchObject({ everyMs: 21_600_000, platforms: ['linux/amd64', 'linux/arm/v7'] });
    expect(warm?.images.map(({ text }) => text)).toEqual(['library/node:24', 'library/alpine:3.*']);
  });

  it('may be without an interval and platforms, and absent', async () => {
    const { mirrors } = await parse('{ images: [node:24] }');

    expect(mirrors[0]?.warm).toMatchObject({ platforms: [] });
    expect(mirrors[0]?.warm?.everyMs).toBeUndefined();
  });

  it('changes the mirror with each of its values', async () => {
    const texts = [
      '{ images: [node:24] }',
      '{ images: [node:25] }',
      '{ every: 1h, images: [node:24] }',
    ];
    const plans = await Promise.all(texts.map((text) => parse(text)));

    expect(new Set(plans.map(({ mirrors }) => mirrors[0]?.fingerprint)).size).toBe(3);
  });

  it.each([
    ['{ every: 6h }', 'needs "images"'],
    ['{ images: [node:24], evry: 6h }', 'unknown key "evry" in warm'],
    ['{ images: [node:24], every: 5s }', 'every is "5s"; allowed: a number with a unit'],
    ['{ images: [node] }', 'library/node has no tag; write which tags are fetched'],
    ["{ images: ['library/*:1'] }", 'library/*:1 does not name one repository'],
    ['{ images: [docker.io/library/node:1] }', 'begins with the name of the mirror'],
    ["{ images: ['node@sha256:1'] }", 'does not name one repository'],
    ['{ images: [node:24], platforms: [linux] }', '"linux" is not a platform'],
  ])('%s has a mistake, which is named with its line', async (warm, mistake) => {
    expect((await mistakesOf(warm)).join()).toMatch(/mirrors\.yaml:3:\d+: /);
    expect((await mistakesOf(warm)).join()).toContain(mistake);
  });
});
