import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { parseScopes, type RepositoryScope } from '../../../src/access/tokens/scope.js';
import { SigningKeys, type SigningKey } from '../../../src/access/tokens/signing-keys.js';
import { type TokenClaims } from '../../../src/access/tokens/token-claims.js';
import { Tokens } from '../../../src/access/tokens/tokens.js';
import { Layout } from '../../../src/storage/filesystem/layout.js';
import { FileSecretStore } from '../../../src/storage/filesystem/secret-store.js';
import { MemorySecretStore } from '../../../src/storage/memory/secret-store.js';
import { bytesHeldBy } from '../../support/heap.js';

const DAY_MS = 86_400_000;

const scopesOf = (...texts: string[]): RepositoryScope[] =>
  parseScopes(texts).filter((scope) => typeof scope !== 'string');

const CLAIMS: TokenClaims = {
  use: 'access',
  subject: { kind: 'robot', id: 'abc' },
  scopes: scopesOf('repository:team/app:pull,push'),
  api: false,
};

class CountingKeys extends SigningKeys {
  lookUps = 0;

  override find(id: string): Promise<SigningKey | undefined> {
    this.lookUps++;
    return super.find(id);
  }
}

/** Returns claims of some ten thousand bytes. */
function largeClaims(seed: number): TokenClaims {
  const names = Array.from({ length: 40 }, (_, index) => `${seed}x${index}`.padEnd(200, 'a'));
  return { ...CLAIMS, scopes: scopesOf(...names.map((name) => `repository:${name}:pull`)) };
}

describe('the keys that sign tokens', () => {
  let root: string;
  let directory: string;
  let now: number;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-keys-'));
    directory = join(root, 'auth/keys');
    now = Date.parse('2026-01-01');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const process = () =>
    new SigningKeys(new FileSecretStore(new Layout(root)), 90 * DAY_MS, () => now);
  const tokens = (keys: SigningKeys) => new Tokens(keys, () => now);

  it('are created when they are first needed, readable only by their owner', async () => {
    const { id, secret } = await process().newest();
    expect(secret).toHaveLength(32);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, id))).mode & 0o777).toBe(0o600);
  });

  it('are created once for parallel callers', async () => {
    const keys = process();
    const all = await Promise.all(Array.from({ length: 20 }, () => keys.newest()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('cause an error when they cannot be read, so that tokens do not appear invalid', async () => {
    const id = '1767225600000-0123456789abcdef';
    await mkdir(join(directory, id), { recursive: true });
    await expect(process().find(id)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await process().find(id.replace('0123', 'ffff'))).toBeUndefined();
  });

  it('are shared by processes without communication', async () => {
    const [one, other] = [process(), process()];
    const both = await Promise.all([tokens(one).sign(CLAIMS, 60), tokens(other).sign(CLAIMS, 60)]);
    for (const token of both) {
      expect(await tokens(one).verify(token)).toEqual(CLAIMS);
      expect(await tokens(other).verify(token)).toEqual(CLAIMS);
      expect(await tokens(process()).verify(token)).toEqual(CLAIMS);
    }
  });

  it('rotate, while tokens that were signed earlier stay valid', async () => {
    const keys = process();
    const before = await tokens(keys).sign({ ...CLAIMS, use: 'refresh' }, 90 * 86_400);
    now += 31 * DAY_MS;
    const after = await tokens(keys).sign(CLAIMS, 60);
    expect(await readdir(directory)).toHaveLength(2);
    expect(await tokens(process()).verify(before)).toMatchObject({ use: 'refresh' });
    expect(await tokens(process()).verify(after)).toEqual(CLAIMS);
  });

  it('are removed when no token that they signed can still be valid', async () => {
    const { id } = await process().newest();
    now += 121 * DAY_MS;
    await process().newest();
    expect(await readdir(directory)).not.toContain(id);
  });

  it('belong to one storage and are unknown in another', async () => {
    const keys = () => new SigningKeys(new MemorySecretStore(), DAY_MS);
    const [own, others] = [new Tokens(keys()), new Tokens(keys())];

    const token = await own.sign(CLAIMS, 60);

    expect(await own.verify(token)).toEqual(CLAIMS);
    expect(await others.verify(token)).toBeUndefined();
  });

  it('are not looked for outside their directory', async () => {
    expect(await process().find('../../etc/passwd')).toBeUndefined();
  });

  it('sign tokens that expire, also after they were verified and cached', async () => {
    const all = tokens(process());
    const token = await all.sign(CLAIMS, 60);
    expect(await all.verify(token)).toEqual(CLAIMS);
    now += 60_000;
    expect(await all.verify(token)).toBeUndefined();
  });

  it('are not looked up for a token that was verified before, until others fill the cache', async () => {
    const keys = new CountingKeys(new MemorySecretStore(), DAY_MS, () => now);
    const all = new Tokens(keys, () => now, 3_000);
    const [one, two, three] = [
      await all.sign(CLAIMS, 60),
      await all.sign(CLAIMS, 61),
      await all.sign(CLAIMS, 62),
    ];
    for (const token of [one, two, one, three]) await all.verify(token);
    expect(keys.lookUps).toBe(3);

    for (const token of [one, three]) await all.verify(token);
    expect(keys.lookUps).toBe(3);
    expect(await all.verify(two)).toEqual(CLAIMS);
    expect(keys.lookUps).toBe(4);
  });

  it('sign tokens of any size, while the cache of verified tokens keeps its size limit', async () => {
    const all = new Tokens(process(), () => now, 200_000);
    const held = await bytesHeldBy(async () => {
      for (let count = 0; count < 100; count++)
        await all.verify(await all.sign(largeClaims(count), 60));
    });

    expect(held).toBeLessThan(1_000_000);
  });
});
