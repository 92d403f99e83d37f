import { describe, expect, it } from '@jest/globals';

import { type Tag } from '../../../../src/cli/content/listings.js';
import { anyPattern, namePattern } from '../../../../src/cli/content/name-pattern.js';
import { decide, type PruneRules } from '../../../../src/cli/content/prune-rules.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const DAY_MS = 86_400_000;

const tag = (name: string, daysAgo: number): Tag => ({
  name,
  digest: `sha256:${'0'.repeat(64)}`,
  mediaType: '',
  purpose: 'image',
  platforms: [],
  totalBytes: 1,
  pushedAt: new Date(NOW - daysAgo * DAY_MS).toISOString(),
  pulls: 0,
});

const TAGS = [tag('1.0', 90), tag('pr-1', 60), tag('pr-2', 40), tag('pr-3', 5), tag('pr-4', 0.5)];

describe('the rules of berth prune', () => {
  const decided = (rules: PruneRules, tags = TAGS) =>
    decide(tags, rules, NOW).map(({ tag: { name }, removes, reason }) => [name, removes, reason]);

  it('remove what matches, is not among the newest and is old', () => {
    expect(decided({ match: ['pr-*'], keep: 1, olderThanMs: 30 * DAY_MS })).toEqual([
      ['pr-4', false, '1st newest; --keep is 1'],
      ['pr-3', false, 'set 5 d ago; --older-than is 30 d'],
      ['pr-2', true, '3rd newest, set 40 d ago'],
      ['pr-1', true, '4th newest, set 60 d ago'],
      ['1.0', false, 'does not match pr-*'],
    ]);
  });

  it('count only tags that match among the newest', () => {
    expect(decided({ match: ['1.*', 'pr-1'], keep: 1 }).filter(([, removes]) => removes)).toEqual([
      ['1.0', true, '2nd newest, set 90 d ago'],
    ]);
  });

  it('keep a tag at the very age, and hours below two days', () => {
    expect(decided({ match: ['pr-4'], olderThanMs: DAY_MS / 2 })[0]).toEqual([
      'pr-4',
      true,
      '1st newest, set 12 h ago',
    ]);
    expect(decided({ match: [], olderThanMs: DAY_MS / 2 + 1 })[0]?.[1]).toBe(false);
  });

  it('keep the signatures of images, unless a pattern names them', () => {
    const signature = tag(`sha256-${'a'.repeat(64)}.sig`, 99);
    const all = [signature, tag('latest', 99)];
    expect(decided({ match: [], keep: 0 }, all).map(([name, removes]) => [name, removes])).toEqual([
      ['latest', true],
      [signature.name, false],
    ]);
    expect(decided({ match: ['sha256-*'], keep: 0 }, [signature])[0]?.[1]).toBe(true);
  });

  it('order tags of the same time by name, so that two runs agree', () => {
    const names = decided({ match: [], keep: 9 }, [tag('b', 1), tag('a', 1)]).map(([name]) => name);
    expect(names).toEqual(['a', 'b']);
  });

  it('count in words', () => {
    const many = Array.from({ length: 112 }, (_, index) => tag(`${index}`, index + 1));
    const words = decided({ match: [], keep: 0 }, many).map(([, , reason]) => `${reason}`);
    for (const [at, word] of [
      [1, '2nd'],
      [10, '11th'],
      [20, '21st'],
      [111, '112th'],
    ] as const) {
      expect(words[at]).toMatch(new RegExp(`^${word} newest`));
    }
  });
});

describe('a pattern of names', () => {
  it.each([
    ['pr-*', 'pr-1', true],
    ['pr-*', 'apr-1', false],
    ['*', 'team/app', false],
    ['team/*', 'team/app', true],
    ['team/*', 'team/a/b', false],
    ['team/**', 'team/a/b', true],
    ['v?.0', 'v1.0', true],
    ['v?.0', 'v1x0', false],
    ['a+b', 'aab', false],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(namePattern(pattern)(name)).toBe(matches);
  });

  it('is one of several, and all without any', () => {
    expect(anyPattern(['a', 'b'])('b')).toBe(true);
    expect(anyPattern(['a', 'b'])('c')).toBe(false);
    expect(anyPattern([])('c')).toBe(true);
  });
});
