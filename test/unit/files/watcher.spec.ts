import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Watcher } from '../../../src/files/watcher.js';

const INTERVAL_MS = 5;

describe('a watcher', () => {
  let logged: string[];
  /** The result of the next read: whether the content has changed, or a failure. */
  let found: boolean | Error;
  let looks: number;
  let watcher: Watcher;
  beforeEach(() => {
    logged = [];
    found = false;
    looks = 0;
    watcher = watching(1);
  });
  afterEach(() => watcher.close());

  function watching(reportAfter: number): Watcher {
    const look = (): Promise<boolean> => {
      looks++;
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    };
    const complaint = (message: string): string => `cannot be used: ${message}`;
    const watched = { look, failureMessage: complaint, recovery: 'as before', reportAfter };
    const log = {
      log: (message: string) => void logged.push(message),
      error: (message: string) => void logged.push(`ERROR ${message}`),
    };
    return new Watcher(watched, log, INTERVAL_MS);
  }

  async function finds(...all: (boolean | string)[]): Promise<void> {
    for (const one of all) {
      found = typeof one === 'string' ? new Error(one) : one;
      await watcher.refresh();
    }
  }

  it('reports each failure once', async () => {
    await finds('torn', 'torn', 'gone', 'torn');

    expect(logged).toEqual(['torn', 'gone', 'torn'].map((each) => `ERROR cannot be used: ${each}`));
  });

  it('reports after a failure that the files have their previous content, unless they changed', async () => {
    await finds('torn', false, false, 'torn', true, false);

    expect(logged).toEqual([
      'ERROR cannot be used: torn',
      'as before',
      'ERROR cannot be used: torn',
    ]);
  });

  it('reports only a failure that occurs `reportAfter` times in a row', async () => {
    watcher = watching(2);
    await finds('torn', false, 'torn', 'gone', true, 'torn', 'torn', 'torn');

    expect(logged).toEqual(['ERROR cannot be used: torn']);
  });

  it('reads the files at the interval until it is closed, also after a failure', async () => {
    found = new Error('torn');
    watcher.start();
    while (looks < 3) await new Promise((next) => setTimeout(next, INTERVAL_MS));
    watcher.close();
    await watcher.refresh();
    const before = looks;

    await new Promise((next) => setTimeout(next, 10 * INTERVAL_MS));
    expect(looks).toBe(before);
  });
});
