import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { berth } from './captured.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Every command that works on the storage, and how it ends on an empty one. */
const COMMANDS: readonly (readonly [line: string, failure: RegExp | undefined])[] = [
  ['gc', undefined],
  ['gc --dry-run', undefined],
  [`why ${DIGEST}`, undefined],
  ['verify', undefined],
  ['rm team/app', /^no repository team\/app$/],
  ['token create --can pull --repositories team/*', undefined],
  ['token list', undefined],
  ['token revoke 0123456789ab', /^there is no robot 0123456789ab/],
];

describe.each(COMMANDS)('berth %s, as the first command on a data directory', (line, failure) => {
  let root: string;
  const run = (path: string) =>
    berth(line.split(' '), { environment: { REGISTRY_STORAGE_PATH: path } });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-first-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it.each(['that does not exist', 'that is empty'])(
    '%s, leaves one that can be served',
    async (kind) => {
      const path = kind === 'that is empty' ? root : join(root, 'data');

      if (failure === undefined) expect((await run(path)).yes).toBe(true);
      else await expect(run(path)).rejects.toThrow(failure);

      await openFilesystemStorage({ path }).close();
    },
  );

  it('says that a directory is not a store, and leaves it alone', async () => {
    await writeFile(join(root, 'letters.txt'), 'dear');

    await expect(run(root)).rejects.toThrow(/is not empty and not a Berth store \(letters\.txt\)/);
    await expect(run(join(root, 'letters.txt'))).rejects.toThrow(/is not a directory$/);
  });
});
