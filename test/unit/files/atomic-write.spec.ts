import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { DiskWitness } from '../../support/disk-witness.js';

describe('files that are written atomically', () => {
  let directory: string;
  let witness: DiskWitness;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-files-'));
    witness = new DiskWitness(directory);
    jest.resetModules();
    jest.unstable_mockModule('node:fs/promises', () => witness.promises);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const module = () => import('../../../src/files/atomic-write.js');

  it('replace the existing file and have the given mode', async () => {
    const path = join(directory, 'file');
    await writeFile(path, 'old', { mode: 0o644 });
    const { writeFileAtomically } = await module();

    await writeFileAtomically(path, 'new', 0o600);

    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('survive a power cut with content and name, also in new directories', async () => {
    const { makeDirectory, writeFileAtomically } = await module();

    await makeDirectory(join(directory, 'one/two'), 0o700);
    await writeFileAtomically(join(directory, 'one/two/file'), 'text', 0o600);

    expect(witness.volatile).toEqual([]);
    expect(witness.namedBeforeDurable).toEqual([]);
  });

  it('leave no temporary file if they cannot be renamed to their path', async () => {
    await mkdir(join(directory, 'taken/full'), { recursive: true });
    const { writeFileAtomically } = await module();

    const failure = writeFileAtomically(join(directory, 'taken'), 'text', 0o600);

    await expect(failure).rejects.toThrow('EISDIR');
    expect(await readdir(directory)).toEqual(['taken']);
  });

  it('of secrets survive a power cut once `put` resolves', async () => {
    const { FileSecretStore } = await import('../../../src/storage/filesystem/secret-store.js');
    const { Layout } = await import('../../../src/storage/filesystem/layout.js');

    await new FileSecretStore(new Layout(directory)).put('robots', 'abc', Buffer.from('secret'));

    expect(witness.volatile).toEqual([]);
  });

  it('of users survive a power cut once `putUser` resolves', async () => {
    const { putUser } = await import('../../../src/access/identity/users-editor.js');

    await putUser(join(directory, 'users'), 'ann', 'secret of ann');

    expect(witness.volatile).toEqual([]);
  });
});
