import { describe, expect, it } from '@jest/globals';

import { isPassword } from '../../../src/access/identity/password-hash.js';
import { parseUsers } from '../../../src/access/identity/users-file.js';

/** A line printed by `htpasswd -B`, for the password "secret". */
const ALICE = 'alice:$2y$05$btFwIRszijgsMffbFsmtkuumxyxOpgNYMBTatrtsbNh9qmvO/GHHW';
const HASH = ALICE.slice('alice:'.length);

describe('the users file', () => {
  it('is read as htpasswd -B writes it', async () => {
    // htpasswd ends its output with an empty line.
    const users = parseUsers(`${ALICE}\n\n`, 'users');
    expect([...users]).toEqual([['alice', HASH]]);
    expect(await isPassword('secret', HASH)).toBe(true);
    expect(await isPassword('Secret', HASH)).toBe(false);
  });

  it.each(['2a', '2b', '2y'])('may contain hashes that begin with $%s$', async (version) => {
    const hash = HASH.replace('2y', version);
    expect([...parseUsers(`bob:${hash}`, 'users')]).toEqual([['bob', hash]]);
    // The letters distinguish an old bug with non-ASCII bytes in one program.
    expect(await isPassword('secret', hash)).toBe(true);
  });

  it('may contain comments, empty lines, and Windows line ends', () => {
    const text = `# our team\r\n\r\n${ALICE}\r\n#bob:x\r\n  \r\nbob-2@example.com:${HASH}\r\n`;
    expect([...parseUsers(text, 'users').keys()]).toEqual(['alice', 'bob-2@example.com']);
  });

  it('may be empty', () => {
    expect(parseUsers('', 'users').size).toBe(0);
  });

  it.each([
    ['alice', /^users:1: there is no password; a line is name:hash/],
    ['alice:', /^users:1: there is no password/],
    [`:${HASH}`, /^users:1: "" cannot be a user: a name has letters/],
    [`a b:${HASH}`, /^users:1: "a b" cannot be a user/],
    [` alice:${HASH}`, /^users:1: " alice" cannot be a user/],
    [`-a:${HASH}`, /^users:1: "-a" cannot be a user/],
    [`group:x:${HASH}`, /is not hashed with bcrypt/],
    [
      `anonymous:${HASH}`,
      /^users:1: anonymous cannot be a user: this name has a special meaning in rules/,
    ],
    [`authenticated:${HASH}`, /^users:1: authenticated cannot be a user/],
    [`\n${ALICE}\n${ALICE}`, /^users:3: alice is already in line 2$/],
    ['bob:$apr1$KH8f.X5J$SQLSmrji5erentPsl6wBy1', /bob is not hashed with bcrypt.*htpasswd -B/],
    ['bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', /bob is not hashed with bcrypt/],
    ['bob:secret', /bob is not hashed with bcrypt/],
    [`bob:${HASH}x`, /bob is not hashed with bcrypt/],
    [`bob:${HASH.replace('05', '03')}`, /with the cost 03; allowed: 4 to 15$/],
    [`bob:${HASH.replace('05', '31')}`, /with the cost 31; allowed: 4 to 15$/],
  ])('is refused with %j', (text, message) => {
    expect(() => parseUsers(text, 'users')).toThrow(message);
  });

  it('is refused with all mistakes at once, without showing a hash', () => {
    const text = `bob:secret\n${ALICE}\ncarol\n`;
    const lines = /^etc\/users:1: [^\n]*bob[^\n]*\netc\/users:3: [^\n]*$/;
    expect(() => parseUsers(text, 'etc/users')).toThrow(lines);
    expect(() => parseUsers(text, 'etc/users')).not.toThrow(/secret/);
  });
});
