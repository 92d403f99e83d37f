import { describe, expect, it } from '@jest/globals';

import { newUploadId, tryParseUploadId, type UploadId } from '../../src/domain/upload-session.js';
import { type HeldUpload } from '../../src/storage/ports/upload-store.js';
import { chunksOf, collect, pause, repo, uniqueBytes } from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function uploadStoreContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('begin', () => {
    it.each(['sha256', 'sha512'] as const)(
      'answers a session without bytes that keeps its hash by %s',
      async (algorithm) => {
        const session = await subject.storage.uploads.begin(HOME, algorithm);

        expect(session).toEqual({ id: session.id, repository: HOME, algorithm, offset: 0 });
        expect(tryParseUploadId(session.id)).toBe(session.id);
      },
    );

    it('answers another session each time', async () => {
      const first = await subject.storage.uploads.begin(HOME, 'sha256');
      const second = await subject.storage.uploads.begin(HOME, 'sha256');

      expect(second.id).not.toBe(first.id);
    });

    it('claims no blob and makes no repository', async () => {
      await subject.storage.uploads.begin(HOME, 'sha256');

      expect(await subject.storage.catalog.has(HOME)).toBe(false);
    });
  });

  describe('find', () => {
    it('answers the session as it was begun', async () => {
      const session = await subject.storage.uploads.begin(HOME, 'sha512');

      expect(await subject.storage.uploads.find(HOME, session.id)).toEqual(session);
    });

    it('answers undefined for a session that never was', async () => {
      await subject.storage.uploads.begin(HOME, 'sha256');

      expect(await subject.storage.uploads.find(HOME, newUploadId())).toBeUndefined();
    });

    it('answers undefined for a session of another repository', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

      expect(await subject.storage.uploads.find(OTHER, id)).toBeUndefined();
      expect(await subject.storage.uploads.find(repo('team'), id)).toBeUndefined();
    });

    it('does not count what an append under way has written', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const before = await subject.storage.uploads.open(HOME, id);
      await before.append(chunksOf(uniqueBytes(1_000)));
      await before.release();
      const held = await subject.storage.uploads.open(HOME, id);

      const { offset, seen } = await appendWatched(subject, held, id);

      expect(seen).toEqual([1_000, 1_000, 1_000]);
      expect(offset).toBe(601_000);
      await held.release();
      expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(601_000);
    });

    it('counts what was acknowledged to a writer who still holds the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(1_000)));

      expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(1_000);
      const { seen } = await appendWatched(subject, held, id);
      expect(seen).toEqual([1_000, 1_000, 1_000]);
      expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(601_000);
      await held.release();
    });
  });

  describe('open', () => {
    it('answers a writer at the offset of the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const first = await subject.storage.uploads.open(HOME, id);
      expect(first.offset).toBe(0);
      await first.append(chunksOf(uniqueBytes(777)));
      await first.release();

      const second = await subject.storage.uploads.open(HOME, id);

      expect(second.offset).toBe(777);
      await second.release();
    });

    it('throws upload-unknown for a session that never was', async () => {
      const opening = subject.storage.uploads.open(HOME, newUploadId());

      await expect(opening).rejects.toMatchObject({ kind: 'upload-unknown' });
    });

    it('throws upload-unknown for a session of another repository', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

      const opening = subject.storage.uploads.open(OTHER, id);

      await expect(opening).rejects.toMatchObject({ kind: 'upload-unknown' });
    });

    it('throws upload-offset while another writer holds the session', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const opening = subject.storage.uploads.open(HOME, id);

      await expect(opening).rejects.toMatchObject({ kind: 'upload-offset' });
      expect(await held.append(chunksOf(uniqueBytes(10)))).toBe(10);
      await held.release();
    });

    it('throws upload-offset while another writer is in the middle of an append', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const kinds: unknown[] = [];
      await held.append(
        (async function* () {
          yield uniqueBytes(10);
          kinds.push(await subject.storage.uploads.open(HOME, id).catch((e: unknown) => e));
          yield uniqueBytes(10);
        })(),
      );
      await held.release();

      expect(kinds).toMatchObject([{ kind: 'upload-offset' }]);
      expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(20);
    });

    it('holds one session and no other', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const other = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);

      const alsoHeld = await subject.storage.uploads.open(HOME, other.id);

      expect(alsoHeld.offset).toBe(0);
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

      const ids = sessions.map(({ id }) => id).sort();
      expect(ids).toEqual([idle.id, alsoIdle.id].sort());
      expect(sessions).toEqual(expect.arrayContaining([idle, alsoIdle]));
    });

    it('is empty for a time before all sessions', async () => {
      const before = Date.now() - 60_000;
      await subject.storage.uploads.begin(HOME, 'sha256');

      expect(await collect(subject.storage.uploads.idleSince(before))).toEqual([]);
    });

    it('leaves out sessions that have ended', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.discard();

      const later = Date.now() + 60_000;
      expect(await collect(subject.storage.uploads.idleSince(later))).toEqual([]);
    });

    it('tells the offset of each', async () => {
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(33)));
      await held.release();

      const later = Date.now() + 60_000;
      expect(await collect(subject.storage.uploads.idleSince(later))).toEqual([
        { id, repository: HOME, algorithm: 'sha256', offset: 33 },
      ]);
    });
  });
}

/** Appends 600,000 bytes in three chunks, and looks after each at the offset that others see. */
async function appendWatched(
  { storage }: Subject,
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
