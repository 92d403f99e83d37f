import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collect, pushBlob, repo } from '../../../src/storage/contract/fixtures.js';
import { type Collector } from '../../../src/storage/ports/collector.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { answerOf, ask, newDatabase } from './servers/databases.js';
import { directoryObjects, type ObjectsOfTest } from './servers/objects-of-test.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;
const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: HOUR_MS };

let url: string;
let objects: ObjectsOfTest;
let storage: Storage;

beforeEach(async () => {
  url = await newDatabase('doomed');
  objects = await directoryObjects();
  storage = openPostgresStorage({ url, objects: objects.open(), objectGraceMs: HOUR_MS });
});
afterEach(async () => {
  await storage.close();
  await objects.dispose();
});

describe('the object of a blob whose writer believed that its append had failed', () => {
  it('is kept for the whole grace period after the blob was collected', async () => {
    await pushBlob(storage, HOME, Buffer.from('some bytes'));
    await doomAllObjects();

    await collect(collectorOf(storage).collect(RULES));

    await expectGrace();
  });

  it('is kept for the whole grace period after another push has replaced it', async () => {
    await pushBlob(storage, HOME, Buffer.from('some bytes'));
    await doomAllObjects();

    await pushBlob(storage, HOME, Buffer.from('some bytes'));

    await expectGrace();
  });
});

/** Does what a writer does when its append has failed, with a time that is over. */
async function doomAllObjects(): Promise<void> {
  await ask(
    url,
    `INSERT INTO doomed_objects (object, delete_after, because)
     SELECT object, now() - interval '1 minute', 'upload' FROM blobs`,
  );
}

async function expectGrace(): Promise<void> {
  const rows = await answerOf<{ kept: boolean }>(
    url,
    `SELECT delete_after > now() + interval '59 minutes' AS kept FROM doomed_objects`,
  );
  expect(rows).toEqual([{ kept: true }]);
}

function collectorOf({ collector }: Storage): Collector {
  if (collector === undefined) throw new Error('the storage has no collector');
  return collector;
}
