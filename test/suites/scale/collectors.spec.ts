import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { collectUnsafely, collectUntil } from './races/collecting.js';
import { Crowd } from './races/crowd.js';
import { newDatabase } from './servers/databases.js';
import { directoryObjects, type ObjectsOfTest } from './servers/objects-of-test.js';

const SECONDS = Number(process.env['SCALE_SECONDS'] ?? 6);
const TIMEOUT_MS = SECONDS * 1_000 + 120_000;
/** The unsafe collector breaks something long before. */
const UNSAFE_WITHIN_MS = 60_000;
const PUSHERS = 6;
const PULLERS = 2;
/** Objects are deleted while the clients run, but not while one of them reads. */
const OBJECT_GRACE_MS = 3_000;

let url: string;
let objects: ObjectsOfTest;
let storages: Storage[];

beforeEach(async () => {
  url = await newDatabase('collectors');
  objects = await directoryObjects();
  storages = Array.from({ length: 4 }, () =>
    openPostgresStorage({ url, objects: objects.open(), objectGraceMs: OBJECT_GRACE_MS }),
  );
});
afterEach(async () => {
  await Promise.all(storages.map((storage) => storage.close()));
  await objects.dispose();
});

describe('clients that push and pull while collectors without a grace period run', () => {
  it(
    'lose nothing that a tag needs',
    async () => {
      const isOver = after(SECONDS * 1_000);
      const crowd = new Crowd();
      const passes = [storage(2), storage(3)].map((one) => collectUntil(one, isOver));
      await work(crowd, isOver);
      const gone = (await Promise.all(passes)).reduce((sum, count) => sum + count, 0);
      await crowd.pullAll(storage(0));
      print('two collectors', crowd, gone);

      expect(crowd.broken).toEqual([]);
      expect(crowd.published).toBeGreaterThan(0);
      expect(gone).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'would lose content if one statement looked and removed',
    async () => {
      const crowd = new Crowd();
      const isLate = after(UNSAFE_WITHIN_MS);
      const isOver = () => crowd.broken.length > 0 || isLate();
      const unsafe = collectUnsafely(url, isOver);
      await work(crowd, isOver);
      await unsafe;
      print('the unsafe form', crowd);

      expect(crowd.broken.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

/** Lets all clients work, half of them through each of two instances. */
async function work(crowd: Crowd, isOver: () => boolean): Promise<void> {
  await Promise.all([
    ...Array.from({ length: PUSHERS }, (_, n) => crowd.push(storage(n % 2), isOver)),
    ...Array.from({ length: PULLERS }, (_, n) => crowd.pull(storage(n % 2), isOver)),
  ]);
}

function storage(number: number): Storage {
  const found = storages[number];
  if (found === undefined) throw new Error(`there is no storage ${number}`);
  return found;
}

function after(milliseconds: number): () => boolean {
  const end = Date.now() + milliseconds;
  return () => Date.now() > end;
}

function print(what: string, crowd: Crowd, gone?: number): void {
  const { published, refused, pulled, broken } = crowd;
  const collected = gone === undefined ? '' : `, ${gone} things collected`;
  process.stdout.write(
    `${what}: ${published} pushes, ${refused} refused, ${pulled} pulls${collected}, ${broken.length} broken\n`,
  );
}
