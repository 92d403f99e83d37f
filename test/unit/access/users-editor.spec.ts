import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { isPassword } from '../../../src/access/identity/password-hash.js';
import { LockedFile, putUser, removeUser } from '../../../src/access/identity/users-editor.js';
import { parseUsers } from '../../../src/access/identity/users-file.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-users-'));
  path = join(directory, 'users');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
const usersOf = async () => parseUsers(await readFile(path, 'utf8'), path);

describe('the editor of the users file', () => {
  it('creates the file, readable only by its owner', async () => {
    expect(await putUser(path, 'alice', 'secret')).toBe(false);
    expect(await modeOf(path)).toBe(0o600);
    expect(await readdir(directory)).toEqual(['users']);
    const hash = (await usersOf()).get('alice') ?? '';
    // Other tools read this form, such as htpasswd -v.
    expect(hash).toMatch(/^\$2y\$10\$/);
    expect(await isPassword('secret', hash)).toBe(true);
  });

  it('replaces a password in its place, and keeps all other bytes and the mode', async () => {
    const before = Buffer.from('# \xff our team\r\n\nalice:{SHA}x\n bob :?\nalice:again', 'latin1');
    await writeFile(path, before);
    await chmod(path, 0o640);
    expect(await putUser(path, 'alice', 'new')).toBe(true);
    expect(await putUser(path, 'carol', 'new')).toBe(false);
    const after = await readFile(path, 'latin1');
    const hashed = /\$2y\$10\$.{53}/g;
    expect(after.replace(hashed, '*')).toBe('# \xff our team\r\n\nalice:*\n bob :?\ncarol:*\n');
    expect(await modeOf(path)).toBe(0o640);
  });

  it('removes a user, and does not create a missing file for that', async () => {
    expect(await removeUser(path, 'alice')).toBe(false);
    expect(await readdir(directory)).toEqual([]);
    await writeFile(path, '# team\nalice:x\nbob:y\nalice:z\n');
    expect(await removeUser(path, 'carol')).toBe(false);
    expect(await removeUser(path, 'alice')).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('# team\nbob:y\n');
    expect(await readdir(directory)).toEqual(['users']);
  });

  it('loses no user when many edits run at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `user${index}`);
    await Promise.all(names.map((name) => putUser(path, name, 'secret')));
    expect([...(await usersOf()).keys()].sort()).toEqual(names.sort());
  });

  it('replaces the target of a symbolic link', async () => {
    await writeFile(join(directory, 'real'), 'bob:y\n');
    await symlink('real', path);
    await removeUser(path, 'bob');
    expect(await readFile(join(directory, 'real'), 'utf8')).toBe('');
    expect((await readdir(directory)).sort()).toEqual(['real', 'users']);
  });

  it('reports the lock of an editor that crashed', async () => {
    await writeFile(`${path}.lock`, '');
    const edited = removeUser(path, 'alice');
    await expect(edited).rejects.toThrow(LockedFile);
    await expect(edited).rejects.toThrow(`${path}.lock exists`);
    expect(await readdir(directory)).toEqual(['users.lock']);
  });
});
