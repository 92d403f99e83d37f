import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { InvalidFile } from '../../../src/files/invalid-file.js';
import { WatchedFile } from '../../../src/files/watched-file.js';

const INTERVAL_MS = 10;

let directory: string;
let path: string;
let logged: string[];
let watched: WatchedFile<string> | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-watched-'));
  path = join(directory, 'file');
  logged = [];
});
afterEach(async () => {
  watched?.close();
  watched = undefined;
  await rm(directory, { recursive: true, force: true });
});

const log = {
  log: (message: string) => void logged.push(message.replaceAll(path, 'FILE')),
  error: (message: string) => void logged.push(`ERROR ${message.replaceAll(path, 'FILE')}`),
};

/** Returns the text in upper case. @throws InvalidFile if it contains `bad` */
function parse(text: string, from: string): string {
  const line = text.split('\n').findIndex((content) => content.includes('bad')) + 1;
  if (line > 0) throw new InvalidFile(from, [{ line, message: 'this is bad' }]);
  return text.toUpperCase();
}

async function watch(text: string): Promise<WatchedFile<string>> {
  await writeFile(path, text);
  return (watched = await WatchedFile.open(path, parse, log));
}

async function replace(text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('a watched file', () => {
  it('must exist and be valid when it is opened', async () => {
    await expect(WatchedFile.open(path, parse, log)).rejects.toThrow(
      `${path}: it cannot be read: ENOENT: no such file or directory`,
    );
    await expect(watch('bad')).rejects.toThrow(`${path}:1: this is bad`);
    await expect(WatchedFile.open(directory, parse, log)).rejects.toThrow('this is not a file');
  });

  it('is read again after it was written in place with the same size', async () => {
    const file = await watch('aa');
    expect(file.value).toBe('AA');
    for (const text of ['bb', 'cc', 'dd']) {
      await writeFile(path, text);
      await file.refresh();
      expect(file.value).toBe(text.toUpperCase());
    }
    expect(logged).toEqual(Array(3).fill('FILE has changed; the new content is in use'));
  });

  it('is read again after another file was renamed to its path', async () => {
    const file = await watch('a');
    await replace('b');
    await file.refresh();
    expect(file.value).toBe('B');
  });

  it('is read again after the symbolic link to its directory was replaced, as in Kubernetes', async () => {
    for (const name of ['1', '2']) {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, 'file'), name);
    }
    await symlink('1', join(directory, '..data'));
    await symlink('..data/file', path);
    watched = await WatchedFile.open(path, parse, log);
    expect(watched.value).toBe('1');
    await symlink('2', join(directory, '..new'));
    await rename(join(directory, '..new'), join(directory, '..data'));
    await watched.refresh();
    expect(watched.value).toBe('2');
  });

  it('is not reported if it was replaced by the same content', async () => {
    const file = await watch('a');
    await replace('a');
    await file.refresh();
    expect([file.value, ...logged]).toEqual(['A']);
  });

  it('keeps its last valid value while it is invalid, which is reported once', async () => {
    const file = await watch('a');
    await replace('b\nbad');
    await file.refresh();
    await file.refresh();
    expect(file.value).toBe('A');
    await replace('bad');
    await file.refresh();
    await replace('c');
    await file.refresh();
    expect(file.value).toBe('C');
    const broken = 'ERROR FILE cannot be used; its previous content stays in use:\n';
    expect(logged).toEqual([
      `${broken}FILE:2: this is bad`,
      `${broken}FILE:1: this is bad`,
      'FILE has changed; the new content is in use',
    ]);
  });

  it('keeps its value while it does not exist, and is reported when it exists again', async () => {
    const file = await watch('a');
    await unlink(path);
    await file.refresh();
    expect(file.value).toBe('A');
    await writeFile(path, 'a');
    await file.refresh();
    expect(logged).toEqual([
      expect.stringMatching(/^ERROR FILE cannot .*\nFILE: it cannot be read: ENOENT: no such file/),
      'FILE has its previous content again',
    ]);
  });

  it('is read again at the interval until it is closed', async () => {
    await writeFile(path, 'a');
    watched = await WatchedFile.open(path, parse, log, INTERVAL_MS);
    await replace('b');
    while (watched.value !== 'B') await delay(INTERVAL_MS);

    watched.close();
    await replace('c');
    await delay(10 * INTERVAL_MS);
    expect(watched.value).toBe('B');
  });
});
