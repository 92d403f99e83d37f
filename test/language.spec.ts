import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Phrases that a reader has to decode. The plain word is better each time, so the list never gets shorter. */
const PHRASES = [
  /whoever/i,
  /whatever is/i,
  /ha(s|ve) not got/i,
  /\b(is|are) none\b/i,
  /\bis no \w+ of\b/i,
  /nobody['’]s/i,
  /nothing leads/i,
  /what (nobody|nothing)/i,
  /behind it\b/i,
  /\bso long,/i,
  /for so long/i,
  /is there by/i,
  /as it is now\b/i,
  /\b(is|are) told\b/i,
  /\bsays of\b/i,
  /good no longer/i,
  /at most here/i,
  /young again/i,
  /is answered/i,
  /counts as/i,
  /takes in the place/i,
  /in the place of/i,
  /\banew\b/i,
];

/** Decisions are never rewritten, and these are from before the list. This file has to name the phrases. */
const EXEMPT = /^docs\/decisions\/00(0\d|1[0-2])-|^test\/language\.spec\.ts$/;

/** The lines of a text that contain a phrase, as `path:line: text`. */
function riddles(path: string, text: string): string[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
    .filter(({ line }) => PHRASES.some((phrase) => phrase.test(line)))
    .map(({ line, place }) => `${place}: ${line.trim()}`);
}

function textsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|js|md|sh|html|css)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !EXEMPT.test(path));
}

describe('the language', () => {
  it.each(['src', 'console', 'test', 'docs'])(
    'of %s/ has no phrase that has to be decoded',
    (folder) => {
      const found = textsIn(folder).flatMap((path) =>
        riddles(path, readFileSync(join(ROOT, path), 'utf8')),
      );

      expect(found).toEqual([]);
    },
  );

  it('is checked line by line, and in any case', () => {
    const text = 'a plain line\nWhoever asks\nthe answer is Anew';

    expect(riddles('a.ts', text)).toEqual(['a.ts:2: Whoever asks', 'a.ts:3: the answer is Anew']);
    expect(riddles('a.ts', 'the renewed name')).toEqual([]);
  });
});
