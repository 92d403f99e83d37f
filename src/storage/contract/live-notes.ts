import assert from 'node:assert/strict';

import { type LiveNotes } from '../ports/live-notes.js';
import { pause } from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

/** What another process may need to see a wish. In milliseconds. */
const SEEN_WITHIN_MS = 2_000;

/** Declares the tests of `LiveNotes`. */
export function liveNotesContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  const own = (): LiveNotes => notesOf(subject.storage);
  const others = async (): Promise<LiveNotes> => notesOf(await subject.secondInstance());

  describe('notes', () => {
    it('are read by all instances, the last one of each writer', async () => {
      const other = await others();
      assert.deepEqual(await other.read(), []);
      await own().write('first');
      await own().write('second');

      assert.deepEqual(await other.read(), ['second']);
      assert.deepEqual(await own().read(), ['second']);
    });

    it('are gone after they were cleared', async () => {
      await own().write('note');
      await own().clear();
      await own().clear();

      assert.deepEqual(await (await others()).read(), []);
    });
  });

  describe('a wish', () => {
    it('is seen by all instances soon, and not before', async () => {
      const other = await others();
      assert.deepEqual([own().isWanted(), other.isWanted()], [false, false]);
      await own().want();
      await pause(SEEN_WITHIN_MS);

      assert.equal(other.isWanted(), true);
    });
  });
}

function notesOf({ live }: { readonly live?: LiveNotes }): LiveNotes {
  assert.ok(live);
  return live;
}
