import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

import { type Action } from '../../src/access/policy/action.js';

/** Resolves to the registry's newest signing key, from its key directory. */
async function newestKey(keys: string): Promise<{ id: string; secret: Uint8Array }> {
  const id = (await readdir(keys)).sort().at(-1) ?? '';
  return { id, secret: await readFile(join(keys, id)) };
}

interface Forged {
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: number;
  readonly use?: string;
}

/** Returns a token signed with the registry's key, with one property wrong. */
async function signed(keys: string, right: Action, wrong: Forged, alg = 'HS256'): Promise<string> {
  const { id, secret } = await newestKey(keys);
  return unsigned(right, wrong)
    .setProtectedHeader({ alg, kid: id })
    .sign(alg === 'HS256' ? secret : Buffer.concat([secret, secret]));
}

const now = (): number => Math.floor(Date.now() / 1_000);

function unsigned(right: Action, wrong: Forged): SignJWT {
  return new SignJWT(payload(right, wrong.use))
    .setIssuer(wrong.issuer ?? 'berth')
    .setAudience(wrong.audience ?? 'berth')
    .setExpirationTime(wrong.expires ?? now() + 60);
}

function payload(right: Action, use = 'access'): Record<string, unknown> {
  const subject = { kind: 'robot', id: '000000000000' };
  return { use, subject, access: [{ type: 'repository', name: 'team/app', actions: [right] }] };
}

type Forge = (keys: string, right: Action) => Promise<string>;

/** Tokens for `right` in team/app that a registry with these keys must refuse, by what is wrong with each. */
export const FORGERIES: Readonly<Record<string, Forge>> = {
  'an expired token': (keys, right) => signed(keys, right, { expires: now() - 1 }),
  'a token for another audience': (keys, right) => signed(keys, right, { audience: 'elsewhere' }),
  'a token of another issuer': (keys, right) => signed(keys, right, { issuer: 'elsewhere' }),
  'a refresh token': (keys, right) => signed(keys, right, { use: 'refresh' }),
  'a token with another algorithm': (keys, right) => signed(keys, right, {}, 'HS512'),
  'a token for a robot that never existed': (keys, right) => signed(keys, right, {}),
  'a token with another key': async (keys, right) => {
    const { id } = await newestKey(keys);
    const token = unsigned(right, {}).setProtectedHeader({ alg: 'HS256', kid: id });
    return token.sign(Buffer.alloc(32, 1));
  },
  'a token of a key that never existed': (_, right) => {
    const token = unsigned(right, {}).setProtectedHeader({ alg: 'HS256', kid: '../../etc/passwd' });
    return token.sign(Buffer.alloc(32, 1));
  },
  'a token signed with an own public-key pair': async (_, right) => {
    const { privateKey } = await generateKeyPair('ES256');
    return unsigned(right, {}).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
  },
  'a token with the algorithm "none"': (_, right) => {
    const token = new UnsecuredJWT(payload(right)).setIssuer('berth').setAudience('berth');
    return Promise.resolve(token.setExpirationTime(now() + 60).encode());
  },
};
