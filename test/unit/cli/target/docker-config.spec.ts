import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { dockerLogin } from '../../../../src/cli/target/docker-config.js';

const HOST = 'registry.example.com:5000';
const auth = (text: string) => Buffer.from(text).toString('base64');

/** A helper by the protocol of docker-credential-helpers, as a shell script. */
const HELPER = `#!/bin/sh
[ "$1" = get ] || exit 9
read -r host
case $host in
  ${HOST}) echo '{"ServerURL":"${HOST}","Username":"alice","Secret":"from the helper"}' ;;
  token.test) echo '{"ServerURL":"token.test","Username":"<token>","Secret":"identity"}' ;;
  locked.test) echo 'the keychain is locked'; exit 1 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
`;

describe('the login that docker stored', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-docker-'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/docker-credential-shell'), HELPER, { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const environment = () => ({
    DOCKER_CONFIG: folder,
    PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
  });

  const loginOf = async (config: unknown, host = HOST) => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    await writeFile(join(folder, 'config.json'), text);
    return dockerLogin(host, environment());
  };

  it('does not exist without the file, or without an entry for the host', async () => {
    expect(await dockerLogin(HOST, environment())).toBeUndefined();
    expect(await loginOf({ auths: { 'other.test': { auth: auth('a:b') } } })).toBeUndefined();
    expect(await loginOf({ auths: { [HOST]: {} } })).toBeUndefined();
    expect(await loginOf('null')).toBeUndefined();
  });

  it.each([HOST, `https://${HOST}`, `http://${HOST}/`, `https://${HOST}/v1/`])(
    'is found under the key %s',
    async (key) => {
      const login = { name: 'alice', password: 'se:cret' };
      expect(await loginOf({ auths: { [key]: { auth: auth('alice:se:cret') } } })).toEqual(login);
    },
  );

  it('can be an identity token, or a token', async () => {
    const identity = { auths: { [HOST]: { auth: auth('a:'), identitytoken: 'refresh' } } };
    expect(await loginOf(identity)).toEqual({ identityToken: 'refresh' });
    const token = { auths: { [HOST]: { registrytoken: 'bearer' } } };
    expect(await loginOf(token)).toEqual({ token: 'bearer' });
  });

  it('comes from the helper of the host, before that of all and before the file', async () => {
    const auths = { [HOST]: { auth: auth('alice:of the file') } };
    const login = { name: 'alice', password: 'from the helper' };
    expect(await loginOf({ auths, credsStore: 'shell' })).toEqual(login);
    const credHelpers = { [HOST]: 'shell' };
    expect(await loginOf({ auths, credHelpers, credsStore: 'missing' })).toEqual(login);
    expect(await loginOf({ credsStore: 'shell' }, 'token.test')).toEqual({
      identityToken: 'identity',
    });
  });

  it('is that of the file if the helper has none', async () => {
    const auths = { 'other.test': { auth: auth('alice:of the file') } };
    const login = { name: 'alice', password: 'of the file' };
    expect(await loginOf({ auths, credsStore: 'shell' }, 'other.test')).toEqual(login);
    expect(await loginOf({ credsStore: 'shell' }, 'other.test')).toBeUndefined();
  });

  it.each([
    [{ credsStore: 'missing' }, HOST, 'docker-credential-missing, which .* is not installed'],
    [{ credsStore: 'shell' }, 'locked.test', 'failed: the keychain is locked'],
    [{ credsStore: '../x' }, HOST, 'names an invalid helper'],
    [{ auths: { [HOST]: { auth: 'bm90aGluZw==' } } }, HOST, 'is damaged: log in again'],
    ['{', HOST, 'is not valid JSON'],
  ])('is a plain failure if it cannot be read (%#)', async (config, host, message) => {
    const failed = loginOf(config, host);
    await expect(failed).rejects.toMatchObject({ name: 'PlainFailure' });
    await expect(failed).rejects.toThrow(new RegExp(message));
  });
});
