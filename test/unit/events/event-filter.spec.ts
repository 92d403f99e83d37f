import { describe, expect, it } from '@jest/globals';

import { RepositoryPattern } from '../../../src/access/policy/repository-pattern.js';
import { accepts, type EventFilter } from '../../../src/events/event-filter.js';
import { TextPattern } from '../../../src/events/text-pattern.js';

const NOTHING: EventFilter = { types: [], repositories: [], tags: [] };

describe('a pattern of texts', () => {
  it.each([
    ['tag.*', 'tag.moved', true],
    ['tag.*', 'stag.moved', false],
    ['*.pushed', 'manifest.pushed', true],
    ['v*', 'v', true],
    ['v*.*', 'v1.2', true],
    ['v*.*', 'v1', false],
    ['a*a', 'a', false],
    ['*a*b*', 'xxbxax', false],
    ['*a*b*', 'xaxbx', true],
    ['*', '', true],
    ['latest', 'latest', true],
    ['latest', 'latest2', false],
    ['.', 'a', false],
  ])('%s and the text %s', (pattern, text, matches) => {
    expect(new TextPattern(pattern).matches(text)).toBe(matches);
  });

  it('is matched in time that the length of the text bounds', () => {
    const began = performance.now();
    expect(new TextPattern('*a'.repeat(60)).matches(`${'a'.repeat(10_000)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('a filter of events', () => {
  const moved = { type: 'tag.moved', repository: 'team/app', data: { tag: 'v1' } };
  const pushed = { type: 'manifest.pushed', repository: 'team/app', data: { tags: ['a', 'v2'] } };
  const finished = { type: 'gc.finished', data: {} };

  it('accepts everything if it is empty', () => {
    expect([moved, pushed, finished].map((event) => accepts(NOTHING, event))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    [{ types: [new TextPattern('tag.*')] }, [true, false, false]],
    [{ repositories: [RepositoryPattern.parse('team/**')] }, [true, true, false]],
    [{ repositories: [RepositoryPattern.parse('other')] }, [false, false, false]],
    [{ tags: [new TextPattern('v*')] }, [true, true, false]],
    [{ tags: [new TextPattern('a'), new TextPattern('b')] }, [false, true, false]],
  ])('%j', (filter, expected) => {
    const found = [moved, pushed, finished].map((one) => accepts({ ...NOTHING, ...filter }, one));
    expect(found).toEqual(expected);
  });
});
