import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { RepeatedFailures } from '../../../src/observe/audit/repeated-failures.js';

describe('equal failures of one client', () => {
  function setUp(windowMs?: number) {
    const lines: [string, number][] = [];
    const failures = new RepeatedFailures<string>(
      (failure, repeated) => lines.push([failure, repeated]),
      windowMs,
    );
    return { lines, failures };
  }

  it('are written once, and counted afterwards', () => {
    const { lines, failures } = setUp();
    for (const text of ['first', 'second', 'third']) failures.add('a', '401 bob', text);
    expect(lines).toEqual([['first', 0]]);
    failures.flush();
    expect(lines).toEqual([
      ['first', 0],
      ['third', 2],
    ]);
  });

  it('are counted after the time of a window, and then written again', async () => {
    const { lines, failures } = setUp(10);
    failures.add('a', '401', 'first');
    failures.add('a', '401', 'second');
    while (lines.length < 2) await delay(5);
    failures.add('a', '401', 'third');
    expect(lines).toEqual([
      ['first', 0],
      ['second', 1],
      ['third', 0],
    ]);
    failures.flush();
  });

  it('are distinguished by kind and by client', () => {
    const { lines, failures } = setUp();
    failures.add('a', '401 bob', '1');
    failures.add('a', '401 eve', '2');
    failures.add('b', '401 bob', '3');
    failures.flush();
    expect(lines).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 0],
    ]);
  });

  it('are no longer distinguished after twenty kinds', () => {
    const { lines, failures } = setUp();
    for (let count = 0; count < 1_000; count++) failures.add('a', `401 ${count}`, `${count}`);
    failures.flush();
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toEqual(['999', 979]);
  });
});
