import assert from 'node:assert/strict';

import { newUploadId, tryParseUploadId, type UploadId } from '../../domain/upload-session.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { chunksOf, collect, kindOf, pause, repo, uniqueBytes } from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function uploadStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  describe('begin', () => {
    for (const algorithm of ['sha256', 'sha512'] as const) {
      it(`returns a session without bytes whose hash uses ${algorithm}`, async () => {
        const session = await subject.storage.uploads.begin(HOME, algorithm);

        assert.deepEqual(session, { id: session.id, repository: HOME, algorithm, offset: 0 });
        assert.equal(tryParseUploadId(session.id), session.id);
      });
    }

    it('keeps the login that it gets, with any characters', async () => {
      const { uploads } = subject.storage;
      const { id, by } = await uploads.begin(HOME, 'sha256', 'ann.bé/c');
      const held = await uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(10)));
      const listed = await collect(uploads.idleSince(Infinity));
      await held.release();

      assert.deepEqual(
        [by, listed[0]?.by, (await uploads.find(HOME, id))?.by],
        Array.from({ length: 3 }, () => 'ann.bé/c'),
      );
    });

    it('returns a different session each time', async () => {
      const first = await subject.storage.uploads.begin(HOME, 'sha256');
      const second = await subject.storage.uploads.begin(HOME, 'sha256');

      assert.notEqual(second.id, first.id);
    });

    it('does not create the repository', async () => {
      await subject.storage.uploads.begin(HOME, 'sha256');

      assert.equal(await subject.storage.catalog.has(HOME), false);
    });
  });

  describe('find', () => {
    it('returns a new session unchanged', async () => {
      const session = await subject.storage.uploads.begin(HOME, 'sha512');

      assert.deepEqual(await subject.storage.uploads.find(HOME, session.id), session);
    });

    it('returns undefined for a session that never existed', async () => {
      await subject.storage.uploads.begin(HOME, 'sha256');

      assert.equal(await subject.storage.uploads.find(HOME, newUploadId()), undefined);
    });

    it('returns undefined for a session of another repository', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

      assert.equal(await subject.storage.uploads.find(OTHER, id), undefined);
      assert.equal(await subject.storage.uploads.find(repo('team'), id), undefined);
    });

    it('does not count the bytes of a running append', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const before = await subject.storage.uploads.open(HOME, id);
      await before.append(chunksOf(uniqueBytes(1_000)));
      await before.release();
      const held = await subject.storage.uploads.open(HOME, id);

      const { offset, seen } = await appendWatched(subject, held, id);

      assert.deepEqual(seen, [1_000, 1_000, 1_000]);
      assert.equal(offset, 601_000);
      await held.release();
      assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 601_000);
    });

    it('counts the bytes acknowledged to a writer that still holds the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(1_000)));

      assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 1_000);
      const { seen } = await appendWatched(subject, held, id);
      assert.deepEqual(seen, [1_000, 1_000, 1_000]);
      assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 601_000);
      await held.release();
    });
  });

  describe('open', () => {
    it('returns a writer at the offset of the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const first = await subject.storage.uploads.open(HOME, id);
      assert.equal(first.offset, 0);
      await first.append(chunksOf(uniqueBytes(777)));
      await first.release();

      const second = await subject.storage.uploads.open(HOME, id);

      assert.equal(second.offset, 777);
      await second.release();
    });

    it('throws upload-unknown for a session that never existed', async () => {
      const opening = subject.storage.uploads.open(HOME, newUploadId());

      await assert.rejects(opening, { kind: 'upload-unknown' });
    });

    it('throws upload-unknown for a session of another repository', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

      const opening = subject.storage.uploads.open(OTHER, id);

      await assert.rejects(opening, { kind: 'upload-unknown' });
    });

    it('throws upload-busy while another writer holds the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const opening = subject.storage.uploads.open(HOME, id);

      await assert.rejects(opening, { kind: 'upload-busy' });
      assert.equal(await held.append(chunksOf(uniqueBytes(10))), 10);
      await held.release();
    });

    it('throws upload-busy during an append of another writer', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const kinds: unknown[] = [];
      await held.append(
        (async function* () {
          yield uniqueBytes(10);
          kinds.push(await subject.storage.uploads.open(HOME, id).catch(kindOf));
          yield uniqueBytes(10);
        })(),
      );
      await held.release();

      assert.deepEqual(kinds, ['upload-busy']);
      assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 20);
    });

    it('does not hold other sessions of the repository', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const other = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const alsoHeld = await subject.storage.uploads.open(HOME, other.id);

      assert.equal(alsoHeld.offset, 0);
      await Promise.all([held.release(), alsoHeld.release()]);
    });
  });

  describe('idleSince', () => {
    it('lists the sessions that were last written before the time', async () => {
      const idle = await subject.storage.uploads.begin(HOME, 'sha256');
      const alsoIdle = await subject.storage.uploads.begin(OTHER, 'sha512');
      const written = await subject.storage.uploads.begin(HOME, 'sha256');
      await pause(60);
      const time = Date.now();
      await pause(60);
      const held = await subject.storage.uploads.open(HOME, written.id);
      await held.append(chunksOf(uniqueBytes(10)));
      await held.release();
      await subject.storage.uploads.begin(HOME, 'sha256');

      const sessions = await collect(subject.storage.uploads.idleSince(time));

      assert.deepEqual(new Set(sessions), new Set([idle, alsoIdle]));
    });

    it('is empty for a time before all sessions', async () => {
      const before = Date.now() - 60_000;
      await subject.storage.uploads.begin(HOME, 'sha256');

      assert.deepEqual(await collect(subject.storage.uploads.idleSince(before)), []);
    });

    it('leaves out sessions that have ended', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.discard();

      const later = Date.now() + 60_000;
      assert.deepEqual(await collect(subject.storage.uploads.idleSince(later)), []);
    });

    it('yields the offset of each session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(33)));
      await held.release();

      const later = Date.now() + 60_000;
      assert.deepEqual(await collect(subject.storage.uploads.idleSince(later)), [
        { id, repository: HOME, algorithm: 'sha256', offset: 33 },
      ]);
    });
  });
}

/** Appends 600,000 bytes in three chunks. Returns the new offset, and the offsets that others saw after each chunk. */
async function appendWatched(
  { storage }: StorageOfTest,
  held: HeldUpload,
  id: UploadId,
): Promise<{ offset: number; seen: (number | undefined)[] }> {
  const seen: (number | undefined)[] = [];
  const offset = await held.append(
    (async function* () {
      for (let chunk = 0; chunk < 3; chunk += 1) {
        yield uniqueBytes(200_000);
        seen.push((await storage.uploads.find(HOME, id))?.offset);
      }
    })(),
  );
  return { offset, seen };
}
