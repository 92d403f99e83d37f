import { beforeEach, describe, expect, it } from '@jest/globals';

import { Accounts } from '../../../src/access/identity/accounts.js';
import { LoginThrottle } from '../../../src/access/identity/login-throttle.js';
import { PasswordVerifier } from '../../../src/access/identity/password-verifier.js';
import { Robots } from '../../../src/access/identity/robots.js';
import { Sessions } from '../../../src/access/identity/sessions.js';
import { type Identity } from '../../../src/access/identity/subject.js';
import { MemorySecretStore } from '../../../src/storage/memory/secret-store.js';

const HOUR_MS = 3_600_000;

let secrets: MemorySecretStore;
let robots: Robots;
let users: Map<string, string>;
let now: number;
let accounts: Accounts;
beforeEach(() => {
  secrets = new MemorySecretStore();
  robots = new Robots(secrets);
  users = new Map([['alice', 'the hash of alice']]);
  now = Date.UTC(2026, 0, 1);
  const isPassword = () => Promise.resolve(true);
  accounts = new Accounts({
    users: () => users,
    passwords: new PasswordVerifier(() => users, { isPassword }),
    robots,
    external: undefined,
    throttle: new LoginThrottle(),
  });
});

/** Returns the sessions as one process of the registry has them. */
const inProcess = (): Sessions => new Sessions(accounts, secrets, () => now);

const alice = async (): Promise<Identity> =>
  (await accounts.logIn('alice', 'right', '10.0.0.1')) as Identity;

describe('a session', () => {
  it('is known to every process by its id', async () => {
    const { id, until } = await inProcess().open(await alice());

    expect(until).toBe(now + 12 * HOUR_MS);
    expect(await inProcess().find(id)).toMatchObject({ id, until, caller: { name: 'alice' } });
  });

  it('cannot be found by what the storage has of it', async () => {
    const sessions = inProcess();
    const { id } = await sessions.open(await alice());
    const [name = ''] = await secrets.list('sessions');
    const record = Buffer.from((await secrets.get('sessions', name)) ?? []).toString();

    const [end = '', secret = ''] = id.split('.');
    expect(`${name} ${record}`).not.toContain(secret);
    for (const guess of [name, `${end}.${name.slice(14)}`, `${end}.`, '', '../robots/x']) {
      expect(await sessions.find(guess)).toBeUndefined();
    }
  });

  it('ends after twelve hours, and cannot be made longer', async () => {
    const sessions = inProcess();
    const { id } = await sessions.open(await alice());
    const [end = '', secret = ''] = id.split('.');
    now += 12 * HOUR_MS - 1;
    expect(await sessions.find(id)).toBeDefined();

    now += 1;

    expect(await sessions.find(id)).toBeUndefined();
    expect(await sessions.find(`${Number(end) + HOUR_MS}.${secret}`)).toBeUndefined();
  });

  it('ends with a logout: here at once, in other processes within two seconds', async () => {
    const [here, there] = [inProcess(), inProcess()];
    const { id } = await here.open(await alice());
    await there.find(id);

    await here.close(id);

    expect(await here.find(id)).toBeUndefined();
    now += 2_001;
    expect(await there.find(id)).toBeUndefined();
    expect(await secrets.list('sessions')).toEqual([]);
  });

  it('ends with another password, and with the user', async () => {
    const sessions = inProcess();
    const { id } = await sessions.open(await alice());

    users = new Map([['alice', 'another hash']]);
    expect(await sessions.find(id)).toBeUndefined();

    users = new Map();
    expect(await sessions.find(id)).toBeUndefined();
  });

  it('of a robot ends when the robot is revoked', async () => {
    const sessions = inProcess();
    const robot = await robots.create({ grants: [], expiresAt: undefined });
    const { id } = await sessions.open((await accounts.logIn('any', robot.token, '')) as Identity);
    expect((await sessions.find(id))?.caller.name).toBe(`robot:${robot.id}`);

    await robots.revoke(robot.id);

    expect(await sessions.find(id)).toBeUndefined();
  });

  it('of a token ends with the token', async () => {
    const until = now + HOUR_MS;
    const subject = { kind: 'external', name: 'oidc:job', groups: ['ci'], until } as const;

    const session = await inProcess().open({ subject, caller: subject });

    expect(session.until).toBe(until);
  });
});

describe('the records of sessions', () => {
  it('are removed at a later login when their time is over, and not before', async () => {
    await inProcess().open(await alice());
    now += 11 * HOUR_MS;
    const { id } = await inProcess().open(await alice());
    expect(await secrets.list('sessions')).toHaveLength(2);
    now += 2 * HOUR_MS;

    const sessions = inProcess();
    await sessions.open(await alice());

    expect(await secrets.list('sessions')).toHaveLength(2);
    expect(await sessions.find(id)).toBeDefined();
  });

  it('that are damaged let nobody in', async () => {
    const sessions = inProcess();
    const { id } = await sessions.open(await alice());
    const [name = ''] = await secrets.list('sessions');
    now += 3_000;

    for (const text of ['', '{', 'null', '{"subject":null}', '{"subject":"alice"}']) {
      await secrets.put('sessions', name, Buffer.from(text));
      expect(await sessions.find(id)).toBeUndefined();
    }
  });
});
