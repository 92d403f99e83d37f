import { beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { gatherApplication } from './files.js';
import { OciLayout } from './oci-layout.js';
import type { Descriptor } from './registry-api.js';

const bench = useBench({ tls: true });
const ref = (name: string): string => `${bench().host}/${name}`;
const ca = (): string => bench().path('tls/ca.crt');
const openssl = (...args: string[]): Promise<string> => bench().run('openssl', args);

let layout: OciLayout;
let image: Descriptor;
beforeAll(async () => {
  const { app } = await gatherApplication(bench().path('files'));
  layout = await OciLayout.create(bench().path('layout'));
  image = await layout.addImage({ layers: [app] });
  await layout.tag('1.0', image);
});

/** Returns the error of a client that does not trust the CA. */
async function refusal(program: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await bench().attempt(program, args);
  expect(code).not.toBe(0);
  return stderr;
}

describe('a certificate of berth tls dev', () => {
  it('passes the strictest checks of OpenSSL', async () => {
    const server = bench().path('tls/server.crt');
    const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca()];
    for (const as of [
      ['-verify_hostname', 'localhost'],
      ['-verify_ip', '127.0.0.1'],
    ]) {
      expect(await openssl(...strict, ...as, server)).toContain(': OK');
    }
    const text = await openssl('x509', '-in', server, '-noout', '-text');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature/);
    expect(text).toMatch(/DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1/);
    const authority = await openssl('x509', '-in', ca(), '-noout', '-text');
    expect(authority).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  });

  it('is accepted by crane with SSL_CERT_FILE', async () => {
    const crane = (...args: string[]) => bench().run('crane', args, { SSL_CERT_FILE: ca() });
    await crane('push', layout.folder, ref('team/crane:1.0'));
    expect(await crane('digest', ref('team/crane:1.0'))).toBe(image.digest);
    await crane('validate', '--remote', ref('team/crane:1.0'));
    expect(await refusal('crane', 'digest', ref('team/crane:1.0'))).toMatch(/unknown authority/);
  });

  it('is accepted by oras with --ca-file', async () => {
    const to = ref('team/oras:1.0');
    const from = `${layout.folder}:1.0`;
    await bench().run('oras', ['cp', '--from-oci-layout', from, to, '--to-ca-file', ca()]);
    expect(await bench().run('oras', ['resolve', to, '--ca-file', ca()])).toBe(image.digest);
    expect(await refusal('oras', 'resolve', to)).toMatch(/unknown authority/);
  });

  it('is accepted by skopeo with certs.d', async () => {
    const from = `oci:${layout.folder}:1.0`;
    const to = `docker://${ref('team/skopeo:1.0')}`;
    expect(await refusal('skopeo', 'copy', from, to)).toMatch(/unknown authority/);
    const folder = join(bench().path('home/.config/containers/certs.d'), bench().host);
    await mkdir(folder, { recursive: true });
    await copyFile(ca(), join(folder, 'ca.crt'));
    await bench().run('skopeo', ['copy', from, to]);
    const inspect = ['inspect', '--format', '{{.Digest}}', to];
    expect(await bench().run('skopeo', inspect)).toBe(image.digest);
  });
});
