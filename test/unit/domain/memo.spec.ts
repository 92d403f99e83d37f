import { describe, expect, it } from '@jest/globals';

import { Memo } from '../../../src/domain/memo.js';

describe('a memo', () => {
  let computed: string[] = [];
  const open = (max: number): Memo<string, string | undefined> => {
    computed = [];
    return new Memo((text) => {
      computed.push(text);
      return text === 'none' ? undefined : text.toUpperCase();
    }, max);
  };

  it('computes the result for an argument once', () => {
    const memo = open(10);
    expect([memo.of('a'), memo.of('b'), memo.of('a')]).toEqual(['A', 'B', 'A']);
    expect(computed).toEqual(['a', 'b']);
  });

  it('does not remember that there is no result', () => {
    const memo = open(10);
    expect([memo.of('none'), memo.of('none')]).toEqual([undefined, undefined]);
    expect(computed).toEqual(['none', 'none']);
  });

  it('forgets all results when there are more than it may remember', () => {
    const memo = open(2);
    for (const text of ['a', 'b', 'c', 'c', 'a']) expect(memo.of(text)).toBe(text.toUpperCase());
    expect(computed).toEqual(['a', 'b', 'c', 'a']);
  });
});
