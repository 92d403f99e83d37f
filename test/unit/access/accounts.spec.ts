import { describe, expect, it } from '@jest/globals';

import { PasswordVerifier } from '../../../src/access/identity/password-verifier.js';
import { Accounts } from '../../../src/access/identity/accounts.js';
import { LoginThrottle } from '../../../src/access/identity/login-throttle.js';
import { Robots } from '../../../src/access/identity/robots.js';
import { MemorySecretStore } from '../../../src/storage/memory/secret-store.js';

const USERS = new Map([['alice', 'the hash of alice']]);

/** Returns accounts whose password checks wait until `look` is called; only the password `right` is correct. */
function accounts(maxWaiting = 200): { all: Accounts; look: () => void } {
  let look = (): void => undefined;
  const looked = new Promise<void>((resolve) => (look = resolve));
  const isPassword = (password: string) => looked.then(() => password === 'right');
  const all = new Accounts({
    users: () => USERS,
    passwords: new PasswordVerifier(() => USERS, { isPassword, maxWaiting }),
    robots: new Robots(new MemorySecretStore()),
    external: undefined,
    throttle: new LoginThrottle(),
  });
  return { all, look };
}

const tooMany = expect.objectContaining({ kind: 'too-many-requests' });

describe('a client that opens many connections at once', () => {
  it('logs in on all of them', async () => {
    const { all, look } = accounts();
    const logins = Array.from({ length: 20 }, () => all.logIn('alice', 'right', '10.0.0.1'));
    look();
    const names = (await Promise.all(logins)).map((login) => login?.caller.name);
    expect(names).toEqual(new Array(20).fill('alice'));
  });

  it('causes one failure if its password is wrong', async () => {
    const { all, look } = accounts();
    const logins = Array.from({ length: 20 }, () => all.logIn('alice', 'old', '10.0.0.1'));
    look();
    expect(new Set(await Promise.all(logins))).toEqual(new Set([undefined]));
    expect(await all.logIn('alice', 'right', '10.0.0.1')).toBeDefined();
  });
});

describe('a login that is refused because too many wait', () => {
  it('is not counted as a failure', async () => {
    const { all, look } = accounts(0);
    const others = Array.from({ length: 16 }, (_, count) =>
      all.logIn(`${count}`, 'guess', '10.0.0.2').catch(() => undefined),
    );
    for (let count = 0; count < 10; count++) {
      await expect(all.logIn('alice', 'right', '10.0.0.1')).rejects.toEqual(tooMany);
    }
    look();
    await Promise.all(others);
    expect(await all.logIn('alice', 'right', '10.0.0.1')).toBeDefined();
  });
});
