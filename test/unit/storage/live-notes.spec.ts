import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { FileLiveNotes } from '../../../src/storage/filesystem/live-notes.js';

const MINUTE_MS = 60_000;

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-live-'));
  directory = join(root, 'live');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

let now = 1_000_000;
const notes = (isPresent = true): FileLiveNotes =>
  new FileLiveNotes(
    directory,
    () => isPresent,
    () => now,
  );

/** Makes a file look as if it was written so long ago. */
function age(name: string, milliseconds: number): void {
  const time = new Date(Date.now() - milliseconds);
  utimesSync(join(directory, name), time, time);
}

it('leaves out the note of a process that died, and removes it after a minute', async () => {
  await notes().write('dead');
  writeFileSync(join(directory, '~half'), 'half a no');
  for (const name of readdirSync(directory)) age(name, 2 * MINUTE_MS);
  const living = notes();
  await living.write('living');
  expect(await living.read()).toEqual(['living']);
  expect(readdirSync(directory)).toHaveLength(3);

  now += MINUTE_MS;
  await living.write('still living');
  expect(await living.read()).toEqual(['still living']);
  expect(readdirSync(directory)).toHaveLength(1);
});

it('reads the note of a process as soon as it changes, also where the clock of the disk is late', async () => {
  const [writer, reader] = [notes(), notes()];
  await writer.write('first');
  const [name = ''] = readdirSync(directory);
  age(name, 10 * MINUTE_MS);
  expect(await reader.read()).toEqual([]);
  await writer.write('second');
  age(name, 9 * MINUTE_MS);

  expect(await reader.read()).toEqual(['second']);
});

it('is not wanted because somebody looked before a restart', async () => {
  await notes().want();
  age('wanted', MINUTE_MS);

  expect(notes().isWanted()).toBe(false);
});

it('begins no directory where the store is missing', async () => {
  await expect(notes(false).write('note')).rejects.toThrow('the storage is gone');
  expect(readdirSync(root)).toEqual([]);
});
