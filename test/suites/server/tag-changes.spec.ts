import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Published, type Task } from './publisher-process.js';

const SCRIPT = join(import.meta.dirname, 'publisher-process.ts');
const NODE = join(import.meta.dirname, '../../../node_modules/node/bin/node');
const TAG = '1.0';

describe('processes that change one tag at the same time', () => {
  let store: string;
  let published: Published[];
  beforeEach(async () => {
    store = await mkdtemp(join(tmpdir(), 'berth-tags-'));
    published = [];
  });
  afterEach(() => rm(store, { recursive: true, force: true }));

  async function start(): Promise<ChildProcess> {
    const child = fork(SCRIPT, { execPath: NODE });
    await once(child, 'message');
    child.on('message', (message) => published.push(message as Published));
    return child;
  }

  const run = async (child: ChildProcess, count: number): Promise<void> => {
    child.send({ store, tag: TAG, count } satisfies Task);
    await once(child, 'exit');
  };

  function expectNoneLeftTwice(): void {
    const left = published.map((one) => `${one.left}`);
    expect(left).toHaveLength(new Set(left).size);
  }

  it.each(['a new tag', 'an existing tag'])(
    'replace each manifest at most once: %s',
    async (which) => {
      if (which === 'an existing tag') await run(await start(), 1);
      const before = published.length;
      const [one, other] = [await start(), await start()];

      await Promise.all([run(one, 50), run(other, 50)]);

      expect(published).toHaveLength(before + 100);
      expectNoneLeftTwice();
    },
  );

  it('continue after one of them was killed at any step, and replace each manifest at most once', async () => {
    for (let round = 0; round < 10; round++) {
      const [victim, other] = [await start(), await start()];
      const ended = once(victim, 'exit');
      victim.send({ store, tag: TAG, count: 50 } satisfies Task);
      const running = run(other, 20);
      await delay(10 + round * 7);
      victim.kill('SIGKILL');
      await Promise.all([ended, running]);
    }

    expect(published.length).toBeGreaterThanOrEqual(200);
    expectNoneLeftTwice();
    await run(await start(), 1);
    expectNoneLeftTwice();
    const tags = await readdir(join(store, 'repositories/team+app/tags'));
    expect(tags).toContain(TAG);
  });
});
