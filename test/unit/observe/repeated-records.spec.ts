import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { RepeatedRecords } from '../../../src/observe/requests/repeated-records.js';

describe('equal records of one client', () => {
  function setUp(windowMs?: number) {
    const lines: [string, number][] = [];
    const records = new RepeatedRecords<string>(
      (record, repeated) => lines.push([record, repeated]),
      windowMs === undefined ? {} : { windowMs },
    );
    return { lines, records };
  }

  it('are written once, and counted afterwards', () => {
    const { lines, records } = setUp();
    for (const text of ['first', 'second', 'third']) records.add('a', '401 bob', text);
    expect(lines).toEqual([['first', 0]]);
    records.flush();
    expect(lines).toEqual([
      ['first', 0],
      ['third', 2],
    ]);
  });

  it('are counted after the time of a window, and then written again', async () => {
    const { lines, records } = setUp(10);
    records.add('a', '401', 'first');
    records.add('a', '401', 'second');
    while (lines.length < 2) await delay(5);
    records.add('a', '401', 'third');
    expect(lines).toEqual([
      ['first', 0],
      ['second', 1],
      ['third', 0],
    ]);
    records.flush();
  });

  it('are distinguished by kind and by client', () => {
    const { lines, records } = setUp();
    records.add('a', '401 bob', '1');
    records.add('a', '401 eve', '2');
    records.add('b', '401 bob', '3');
    records.flush();
    expect(lines).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 0],
    ]);
  });

  it('are no longer distinguished after twenty kinds', () => {
    const { lines, records } = setUp();
    for (let count = 0; count < 1_000; count++) records.add('a', `401 ${count}`, `${count}`);
    records.flush();
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toEqual(['999', 979]);
  });

  it('are counted without being made', () => {
    const { lines, records } = setUp();
    expect(records.count('a', '401')).toBe(false);
    records.add('a', '401', 'first');
    expect(records.count('a', '401')).toBe(true);
    expect(records.count('a', '403')).toBe(false);
    expect(records.count('b', '401')).toBe(false);
    records.flush();
    expect(lines).toEqual([
      ['first', 0],
      ['first', 1],
    ]);
  });
});
