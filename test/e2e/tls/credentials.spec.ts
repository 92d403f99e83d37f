import { generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { explainStart } from '../../../src/cli/plain-failure.js';
import { loadSettings } from '../../../src/config/settings.js';
import { Log } from '../../../src/log/log.js';
import { ServedCertificate } from '../../../src/http/server/tls/served-certificate.js';
import { CertificateFiles } from './certificate-files.js';

let files: CertificateFiles;
beforeAll(async () => {
  files = await CertificateFiles.make('localhost');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'secret', format: 'pem' } as const;
  const { certificate } = await files.server('localhost');
  const damaged = certificate.replace(/\n[\w+/=]+\n-----END/, '\n-----END');
  await files.write('pkcs8.key', String(privateKey.export({ ...encryption, type: 'pkcs8' })));
  await files.write('pkcs1.key', String(privateKey.export({ ...encryption, type: 'pkcs1' })));
  await files.write('other.key', String(privateKey.export({ format: 'pem', type: 'pkcs1' })));
  await files.write('damaged.crt', damaged);
  await files.write(
    'damaged.key',
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  );
  await files.write('empty', '');
});
afterAll(() => files.remove());

async function open(environment: Readonly<Record<string, string>>) {
  const { tls, server } = loadSettings(environment);
  return ServedCertificate.open(tls, server.idleTimeoutMs, new Log(false).of('TLS'));
}

describe('the files of a certificate', () => {
  it('are not needed for plain HTTP', async () => {
    expect(await open({})).toBeUndefined();
  });

  it.each([
    ['CERT', 'nowhere.crt', /^REGISTRY_TLS_CERT: .*nowhere\.crt does not exist$/],
    ['KEY', 'nowhere.key', /^REGISTRY_TLS_KEY: .*nowhere\.key does not exist$/],
    ['CERT', '.', /is a directory$/],
    ['CERT', 'empty', /^REGISTRY_TLS_CERT: .*empty holds no certificate in PEM$/],
    ['CERT', 'server.key', /holds no certificate in PEM$/],
    ['CERT', 'damaged.crt', /damaged\.crt holds a certificate that is damaged \(/],
    [
      'CERT',
      'ca.crt',
      /^REGISTRY_TLS_KEY: .* is not the key of the first certificate in .*ca\.crt$/,
    ],
    ['KEY', 'server.crt', /^REGISTRY_TLS_KEY: .*server\.crt holds no private key in PEM$/],
    ['KEY', 'damaged.key', /damaged\.key holds a key that is damaged \(/],
    ['KEY', 'other.key', /other\.key is not the key of the first certificate in .*server\.crt$/],
    ['KEY', 'pkcs8.key', /pkcs8\.key is encrypted, .*openssl pkey -in/],
    ['KEY', 'pkcs1.key', /pkcs1\.key is encrypted, .*openssl pkey -in/],
    ['CLIENT_CA', 'server.key', /^REGISTRY_TLS_CLIENT_CA: .* holds no certificate in PEM$/],
    ['CLIENT_CA', 'nowhere', /^REGISTRY_TLS_CLIENT_CA: .*nowhere does not exist$/],
  ])('stop the start when %s is %s', async (variable, name, message) => {
    const environment = { ...files.environment, [`REGISTRY_TLS_${variable}`]: files.path(name) };
    const failure = await open(environment).catch((error: unknown) => error);
    expect(explainStart(failure, loadSettings({}).server)).toMatchObject({
      name: 'PlainFailure',
      message: expect.stringMatching(message),
    });
  });

  it.each([['CERT'], ['KEY'], ['CLIENT_CA']])(
    'must be given together: %s alone is refused',
    async (name) => {
      await expect(open({ [`REGISTRY_TLS_${name}`]: files.path('server.crt') })).rejects.toThrow(
        /^REGISTRY_TLS_CERT and REGISTRY_TLS_KEY belong together: /,
      );
    },
  );
});
