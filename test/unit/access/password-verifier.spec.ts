import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import {
  PasswordVerifier,
  type VerifierOptions,
} from '../../../src/access/identity/password-verifier.js';
import { hashPassword, isPassword } from '../../../src/access/identity/password-hash.js';
import { type Users } from '../../../src/access/identity/users-file.js';

const HASHES = { secret: await hashPassword('secret'), other: await hashPassword('other') };

interface Bed {
  users: Users;
  now: number;
  /** The hashes that passwords were compared with. */
  readonly runs: string[];
  readonly logins: PasswordVerifier;
}

/** Returns a verifier with a fixed clock, and records its hash runs. */
function testBed(options: Partial<VerifierOptions> = {}): Bed {
  const bed = {
    users: new Map([['alice', HASHES.secret]]) as Users,
    now: 0,
    runs: [] as string[],
  };
  const logins = new PasswordVerifier(() => bed.users, {
    now: () => bed.now,
    isPassword: (password, hash) => {
      bed.runs.push(hash);
      return isPassword(password, hash);
    },
    ...options,
  });
  return Object.assign(bed, { logins });
}

describe('a login', () => {
  it('needs the password of the user', async () => {
    const { logins } = testBed();
    expect(await logins.verify('alice', 'secret')).toBe(true);
    expect(await logins.verify('alice', 'Secret')).toBe(false);
    expect(await logins.verify('alice', '')).toBe(false);
    expect(await logins.verify('Alice', 'secret')).toBe(false);
    expect(await logins.verify('bob', 'secret')).toBe(false);
  });

  it('fails for every name when there are no users', async () => {
    const bed = testBed();
    bed.users = new Map();
    expect(await bed.logins.verify('alice', 'secret')).toBe(false);
    expect(bed.runs.length).toBe(1);
  });

  it('hashes once for many equal logins, parallel or later', async () => {
    const { logins, runs } = testBed();
    const many = Array.from({ length: 500 }, () => logins.verify('alice', 'secret'));
    expect(new Set(await Promise.all(many))).toEqual(new Set([true]));
    expect(await logins.verify('alice', 'secret')).toBe(true);
    expect(runs.length).toBe(1);
  });

  it('hashes again after a while', async () => {
    const bed = testBed({ rememberMs: 1_000 });
    for (const now of [0, 999, 1_000, 1_999]) {
      bed.now = now;
      expect(await bed.logins.verify('alice', 'secret')).toBe(true);
    }
    expect(bed.runs.length).toBe(2);
  });

  it('hashes a wrong password each time', async () => {
    const { logins, runs } = testBed();
    for (let count = 0; count < 3; count++) await logins.verify('alice', 'wrong');
    expect(runs.length).toBe(3);
  });

  it('fails immediately with an old password, or after the user was removed', async () => {
    const bed = testBed();
    expect(await bed.logins.verify('alice', 'secret')).toBe(true);
    bed.users = new Map([['alice', HASHES.other]]);
    expect(await bed.logins.verify('alice', 'secret')).toBe(false);
    expect(await bed.logins.verify('alice', 'other')).toBe(true);
    bed.users = new Map();
    expect(await bed.logins.verify('alice', 'other')).toBe(false);
  });

  it('is not confused with another one of the same concatenated text', async () => {
    const bed = testBed();
    bed.users = new Map([
      ['ab', HASHES.secret],
      ['a', HASHES.secret],
    ]);
    expect(await bed.logins.verify('ab', 'secret')).toBe(true);
    expect(await bed.logins.verify('a', 'bsecret')).toBe(false);
  });

  it('is forgotten when too many are remembered, the least recently used first', async () => {
    const bed = testBed({ maxRemembered: 2 });
    bed.users = new Map(['a', 'b', 'c'].map((name) => [name, HASHES.secret]));

    for (const name of ['a', 'b', 'a', 'c', 'a']) await bed.logins.verify(name, 'secret');
    expect(bed.runs.length).toBe(3);
    await bed.logins.verify('b', 'secret');
    expect(bed.runs.length).toBe(4);
  });

  it('keeps no password', async () => {
    const bed = testBed();
    bed.users = new Map([['alice', await hashPassword('uncommon words')]]);
    expect(await bed.logins.verify('alice', 'uncommon words')).toBe(true);
    expect(await bed.logins.verify('alice', 'uncommon wards')).toBe(false);
    const remembered = bed.logins['remembered'].dump();
    expect(remembered).toHaveLength(1);
    const kept = inspect([bed.logins, remembered], { depth: Infinity, maxArrayLength: Infinity });
    expect(kept).not.toContain('uncommon');
  });

  it('fails with a password that is longer than bcrypt uses', async () => {
    const bed = testBed();
    const longest = 'é'.repeat(36);
    bed.users = new Map([['alice', await hashPassword(longest)]]);
    expect(await bed.logins.verify('alice', longest)).toBe(true);
    expect(await bed.logins.verify('alice', `${longest}x`)).toBe(false);
    expect(bed.runs.length).toBe(1);
  });

  it('fails with bytes after a zero byte', async () => {
    expect(await testBed().logins.verify('alice', 'secret\0x')).toBe(false);
  });
});

describe('a login with an unknown name', () => {
  it('uses the cost and salt of a user, always the same for a name', async () => {
    const bed = testBed();
    bed.users = new Map([
      ['alice', HASHES.secret],
      ['bob', HASHES.other.replace('$10$', '$04$')],
    ]);
    for (const name of ['carol', 'dave', 'carol', 'erin', 'frank', 'grace', 'heidi', 'ivan']) {
      expect(await bed.logins.verify(name, 'secret')).toBe(false);
    }
    const likely = [...bed.users.values()].map((hash) => `${hash.slice(0, 29)}${'.'.repeat(31)}`);
    expect(likely).toEqual(expect.arrayContaining(bed.runs));
    expect(bed.runs[2]).toBe(bed.runs[0]);
  });
});

describe('too many logins', () => {
  it('are refused with a Retry-After', async () => {
    const bed = testBed({ maxWaiting: 2, isPassword: () => new Promise(() => undefined) });
    const results = Array.from({ length: 200 }, (_, index) =>
      bed.logins.verify('alice', `${index}`),
    );
    await expect(results.at(-1)).rejects.toMatchObject({
      kind: 'too-many-requests',
      detail: { retryAfter: 1 },
    });
    void Promise.allSettled(results);
  });

  it('do not affect later logins', async () => {
    const { logins } = testBed({ maxWaiting: 1 });
    const many = Array.from({ length: 50 }, (_, index) => logins.verify('alice', `${index}`));
    const ends = new Set((await Promise.allSettled(many)).map(({ status }) => status));
    expect(ends).toEqual(new Set(['fulfilled', 'rejected']));
    expect(await logins.verify('alice', 'secret')).toBe(true);
  });
});
