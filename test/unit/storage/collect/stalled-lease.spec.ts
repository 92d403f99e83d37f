import * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

type Work = () => Promise<unknown>;

/** Work to do just before the next call of a function, as if its caller had been suspended there. */
const asleep: Partial<Record<'link' | 'utimes' | 'writeFile', Work | undefined>> = {};

function sleepy<A extends unknown[], R>(name: keyof typeof asleep, call: (...args: A) => R) {
  return async (...args: A) => {
    const work = asleep[name];
    asleep[name] = undefined;
    await work?.();
    return call(...args);
  };
}

jest.unstable_mockModule('node:fs/promises', () => ({
  ...promises,
  link: sleepy('link', promises.link),
  utimes: sleepy('utimes', promises.utimes),
  writeFile: sleepy('writeFile', promises.writeFile),
}));
const { FileLease } = await import('../../../../src/storage/filesystem/disk/lease.js');

const HOUR_MS = 3_600_000;

describe('a process that is suspended at the worst moment', () => {
  let directory: string;
  const take = (forMs: number) => FileLease.take(directory, { forMs, idleMs: 0 });
  beforeEach(async () => {
    directory = await promises.mkdtemp(join(tmpdir(), 'berth-lease-'));
  });
  afterEach(() => promises.rm(directory, { recursive: true, force: true }));

  it('does not take the lease by a number that other processes have already used', async () => {
    asleep.writeFile = async () => {
      for (let turn = 0; turn < 2; turn++) await (await take(HOUR_MS))?.release();
      expect((await take(HOUR_MS))?.holds).toBe(true);
    };
    expect(await take(HOUR_MS)).toBeUndefined();
    expect(await take(HOUR_MS)).toBeUndefined();
  });

  it('does not extend a lease that another process has taken meanwhile', async () => {
    const lease = await take(1_000);
    await delay(700);
    asleep.utimes = async () => {
      await delay(400);
      expect((await take(HOUR_MS))?.holds).toBe(true);
    };
    await lease?.extend();
    expect(lease?.holds).toBe(false);
  });

  it('does not take a lease that its holder has extended meanwhile', async () => {
    const lease = await take(1_000);
    await delay(700);
    let taking: ReturnType<typeof take> | undefined;
    let extended = (): void => undefined;
    asleep.utimes = async () => {
      await delay(400);
      await new Promise<void>((reached) => {
        asleep.link = () => {
          reached();
          return new Promise<void>((resolve) => (extended = resolve));
        };
        taking = take(HOUR_MS);
      });
    };
    await lease?.extend();
    expect(lease?.holds).toBe(true);
    extended();
    expect(await taking).toBeUndefined();
  });
});
