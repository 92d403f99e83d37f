import { describe, expect, it } from '@jest/globals';

import { EmptySessions } from '../../../src/oci/uploads/empty-sessions.js';
import { chunksOf, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';

const HOME = repo('team/app');
const MINUTE_MS = 60_000;

describe('uploads without any byte', () => {
  function setUp() {
    const clock = { now: 1_000_000 };
    const { uploads } = createMemoryStorage({ maxBytes: 1_000_000, now: () => clock.now });
    const empty = new EmptySessions(uploads, 2, () => clock.now);
    return { clock, uploads, empty, begin: () => empty.begin(HOME, 'sha256', 'alice') };
  }

  it('are refused beyond their number while all are recent', async () => {
    const { clock, begin } = setUp();
    await begin();
    clock.now += 20_000;
    await begin();

    await expect(begin()).rejects.toMatchObject({
      kind: 'too-many-requests',
      detail: { retryAfter: 40 },
    });
  });

  it('are refused beyond their number when they begin at the same time', async () => {
    const { begin } = setUp();
    const results = await Promise.allSettled([begin(), begin(), begin()]);
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
  });

  it('of one client do not keep those of another from being begun', async () => {
    const { uploads } = createMemoryStorage({ maxBytes: 1_000_000 });
    const empty = new EmptySessions(uploads, 5, Date.now, 2);
    await empty.begin(HOME, 'sha256', 'alice');
    await empty.begin(repo('team/other'), 'sha256', 'alice');

    const third = empty.begin(HOME, 'sha256', 'alice');
    await expect(third).rejects.toMatchObject({ kind: 'too-many-requests' });
    await empty.begin(HOME, 'sha256', 'bob');
  });

  it('make room after a minute, the oldest first', async () => {
    const { clock, uploads, begin } = setUp();
    const first = await begin();
    const second = await begin();
    clock.now += MINUTE_MS;
    await begin();

    expect(await uploads.find(HOME, first.id)).toBeUndefined();
    expect(await uploads.find(HOME, second.id)).toBeDefined();
  });

  it('do not count after they got bytes', async () => {
    const { empty, begin } = setUp();
    const { id } = await begin();
    await begin();
    empty.forget(id);
    await begin();
  });

  it('are kept when they have bytes that this process does not know of', async () => {
    const { clock, uploads, begin } = setUp();
    const { id } = await begin();
    await begin();
    const held = await uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(10)));
    await held.release();
    clock.now += MINUTE_MS;
    await begin();

    expect((await uploads.find(HOME, id))?.offset).toBe(10);
  });
});
