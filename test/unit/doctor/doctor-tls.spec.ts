import { afterEach, describe, expect, it } from '@jest/globals';

import { type Pem } from '../../../src/cli/dev-certificates/issue.js';
import { TestRegistry } from '../../support/registry.js';
import { CertificateFiles } from '../../e2e/tls/certificate-files.js';
import { faults } from './examined.js';

describe('the doctor with TLS', () => {
  let files: CertificateFiles;
  let secured: TestRegistry;

  async function serve(certificate?: (made: CertificateFiles) => Promise<Pem>): Promise<string> {
    files = await CertificateFiles.make('localhost');
    if (certificate !== undefined) await files.replace(await certificate(files));
    secured = await TestRegistry.start(files.environment);
    return `https://localhost:${secured.port}`;
  }
  afterEach(async () => {
    await secured.stop();
    await files.remove();
  });

  it('accepts a certificate of a trusted CA', async () => {
    const origin = await serve();
    expect(await faults(origin, { ca: files.ca, readOnly: true })).toEqual([]);
  });

  it('finds an unknown CA', async () => {
    const origin = await serve();
    expect(await faults(origin)).toEqual([
      expect.stringMatching(
        /^the certificate is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE, until /,
      ),
    ]);
  });

  it.each<[string, (made: CertificateFiles) => Promise<Pem>, RegExp]>([
    [
      'for another host',
      (made) => made.server('other.test'),
      /^the certificate is for DNS:other\.test: get one for localhost/,
    ],
    [
      'for no host',
      (made) => made.client(),
      /^the certificate is for no name \(in subjectAltName\)/,
    ],
    [
      'that has expired',
      (made) => made.expired('localhost'),
      /\(CERT_HAS_EXPIRED, until .*\): renew it/,
    ],
    [
      'that expires soon',
      (made) => made.shortly('localhost'),
      /^the certificate expires in 0 days/,
    ],
  ])('finds a certificate %s', async (_what, make, expected) => {
    const origin = await serve(make);
    const all = await faults(origin, { ca: files.ca, readOnly: true });
    expect(all).toContainEqual(expect.stringMatching(expected));
  });

  it('finds HTTP instead of HTTPS, and the reverse', async () => {
    const origin = await serve();
    expect(await faults(origin.replace('https', 'http'))).toEqual([
      expect.stringMatching(/ speaks TLS: use https:\/\/localhost:\d+$/),
    ]);
    const plain = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    expect(await faults(`https://127.0.0.1:${plain.port}`)).toEqual([
      expect.stringMatching(
        / speaks plain HTTP: use http:\/\/127\.0\.0\.1:\d+ and configure clients/,
      ),
    ]);
    await plain.stop();
  });
});
