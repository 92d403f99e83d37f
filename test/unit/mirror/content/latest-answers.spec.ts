import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { LatestAnswers } from '../../../../src/mirror/content/latest-answers.js';
import { repo, tag } from '../../../../src/storage/contract/fixtures.js';

const ALPINE = repo('docker.io/library/alpine');
const BUSYBOX = repo('docker.io/library/busybox');

describe('the last answers about tags', () => {
  it('are kept for each tag of each repository', () => {
    const answers = new LatestAnswers<number>(10);
    answers.set(ALPINE, tag('3'), 1);
    answers.set(BUSYBOX, tag('3'), 2);
    answers.set(ALPINE, tag('latest'), 3);
    answers.set(ALPINE, tag('3'), 4);
    answers.delete(BUSYBOX, tag('3'));

    expect(answers.get(ALPINE, tag('3'))).toBe(4);
    expect(answers.get(ALPINE, tag('latest'))).toBe(3);
    expect(answers.get(BUSYBOX, tag('3'))).toBeUndefined();
    expect(answers.get(BUSYBOX, tag('latest'))).toBeUndefined();
  });

  it('go if no other was set for a longer time in a repository with nothing newer', () => {
    const answers = new LatestAnswers<number>(3);
    answers.set(ALPINE, tag('1'), 1);
    answers.set(BUSYBOX, tag('1'), 2);
    answers.set(BUSYBOX, tag('2'), 3);
    // Answers about busybox are now older than all about alpine.
    answers.set(ALPINE, tag('1'), 4);
    answers.set(ALPINE, tag('2'), 5);

    expect(answers.get(BUSYBOX, tag('1'))).toBeUndefined();
    expect(answers.get(BUSYBOX, tag('2'))).toBe(3);
    expect(answers.get(ALPINE, tag('1'))).toBe(4);
    expect(answers.get(ALPINE, tag('2'))).toBe(5);
  });

  it('are at most as many as wanted, and the one that was set last is always among them', () => {
    const repository = fc.constantFrom(ALPINE, BUSYBOX);
    const name = fc.constantFrom(...['1', '2', '3', '4', '5'].map(tag));
    const change = fc.record({ repository, name, isRemoved: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change), fc.integer({ min: 1, max: 6 }), (changes, max) => {
        const answers = new LatestAnswers<number>(max);
        const given = new Map<string, number>();
        for (const [index, one] of changes.entries()) {
          if (one.isRemoved) answers.delete(one.repository, one.name);
          else answers.set(one.repository, one.name, index);
          given.set(`${one.repository} ${one.name}`, one.isRemoved ? NaN : index);
          const expected = one.isRemoved ? undefined : index;
          expect(answers.get(one.repository, one.name)).toBe(expected);
        }
        const kept = [ALPINE, BUSYBOX].flatMap((of) =>
          ['1', '2', '3', '4', '5'].flatMap((text) => {
            const answer = answers.get(of, tag(text));
            if (answer !== undefined) expect(answer).toBe(given.get(`${of} ${text}`));
            return answer ?? [];
          }),
        );
        const existing = [...given.values()].filter((answer) => !Number.isNaN(answer));
        expect(kept.length).toBeLessThanOrEqual(Math.min(max, existing.length));
      }),
    );
  });
});
