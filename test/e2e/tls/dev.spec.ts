import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { makeDevelopmentCertificate } from '../../../src/cli/tls-command.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { loadSettings } from '../../../src/config/settings.js';
import { parseHost } from '../../../src/cli/dev-certificates/host.js';
import { CertificateFiles } from './certificate-files.js';

let out: string;
let lines: string[];
beforeEach(async () => {
  out = join(await mkdtemp(join(tmpdir(), 'berth-tls-')), 'tls');
  lines = [];
});
afterEach(() => rm(join(out, '..'), { recursive: true, force: true }));

function make(...hosts: readonly string[]): Promise<void> {
  const settings = loadSettings({ REGISTRY_PORT: '5443' });
  return makeDevelopmentCertificate(settings, { hosts, out }, (line) => lines.push(line));
}

const file = (name: string): Promise<string> => readFile(join(out, name), 'utf8');
const certificate = async (name: string) => new X509Certificate(await file(name));
const modeOf = async (name: string) => (await stat(join(out, name))).mode & 0o777;

describe('berth tls dev', () => {
  it('makes a CA, and a certificate that is valid for the hosts', async () => {
    await make('registry.test', '10.0.0.5', '*.berth.test');
    const ca = await certificate('ca.crt');
    const server = await certificate('server.crt');
    expect([ca.ca, server.ca]).toEqual([true, false]);
    expect(server.checkIssued(ca) && server.verify(ca.publicKey)).toBe(true);
    for (const name of ['localhost', 'registry.test', 'a.berth.test']) {
      expect(server.checkHost(name)).toBeDefined();
    }
    for (const address of ['127.0.0.1', '::1', '10.0.0.5']) {
      expect(server.checkIP(address)).toBeDefined();
    }
    expect(server.checkHost('other.test')).toBeUndefined();
    expect(server.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const days = (Number(server.validToDate) - Number(server.validFromDate)) / 86_400_000;
    expect(days).toBeLessThanOrEqual(825);
    // Node's keyUsage contains the extended usages: this is id-kp-serverAuth.
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect([await modeOf('ca.key'), await modeOf('server.key')]).toEqual([0o600, 0o600]);
  });

  it('reuses the CA, with another serial number and another key', async () => {
    await make();
    const [caKey, caText, first] = [
      await file('ca.key'),
      await file('ca.crt'),
      await certificate('server.crt'),
    ];
    await make('more.test');
    const second = await certificate('server.crt');
    expect([await file('ca.key'), await file('ca.crt')]).toEqual([caKey, caText]);
    expect(second.verify((await certificate('ca.crt')).publicKey)).toBe(true);
    expect(second.checkHost('more.test')).toBe('more.test');
    expect(second.serialNumber).not.toBe(first.serialNumber);
    expect(second.fingerprint256).not.toBe(first.fingerprint256);
    expect(lines).toContainEqual(`Existing CA: ${join(out, 'ca.crt')}`);
  });

  it.each([
    [
      'ca.key',
      undefined,
      /ca\.crt exists without .*ca\.key: restore .*ca\.key, or move .*ca\.crt away$/,
    ],
    ['ca.crt', undefined, /ca\.key exists without .*ca\.crt: restore/],
    ['ca.key', 'garbage', /are not a certificate and a key in PEM: move both away/],
  ])('refuses a directory whose %s is %j', async (name, text, message) => {
    await make();
    if (text === undefined) await rm(join(out, name));
    else await writeFile(join(out, name), text);
    await expect(make()).rejects.toThrow(message);
    await expect(make()).rejects.toThrow(PlainFailure);
  });

  it('refuses to sign with a certificate that is not a CA', async () => {
    const files = await CertificateFiles.make('localhost');
    await make();
    for (const end of ['crt', 'key']) {
      await writeFile(join(out, `ca.${end}`), await readFile(files.path(`server.${end}`)));
    }
    await expect(make()).rejects.toThrow(/ca\.crt is not a CA certificate: /);
    await writeFile(join(out, 'ca.crt'), files.ca);
    await expect(make()).rejects.toThrow(/ca\.key is not the key of .*ca\.crt: /);
    await files.remove();
  });

  it('lists the files to install, for each client', async () => {
    await make('registry.test', '2001:db8::1');
    const text = lines.join('\n');
    for (const part of [
      `REGISTRY_TLS_CERT=${join(out, 'server.crt')}`,
      `REGISTRY_TLS_KEY=${join(out, 'server.key')}`,
      '/etc/docker/certs.d/registry.test:5443/ca.crt',
      '~/.config/containers/certs.d/registry.test:5443/ca.crt',
      '/etc/containerd/certs.d/registry.test:5443/hosts.toml',
      '[registry."registry.test:5443"]',
      `SSL_CERT_FILE=${join(out, 'ca.crt')} crane`,
      `--ca-file ${join(out, 'ca.crt')} registry.test:5443`,
      'The same for [2001:db8::1]:5443',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each([
    'a:5000',
    'https://a',
    'a b',
    '',
    '-',
    'a..b',
    '1.2.3',
    '*',
    '*.',
    'a/b',
    `${'a'.repeat(64)}.b`,
  ])('refuses the host %j', async (host) => {
    expect(parseHost(host)).toBeUndefined();
    await expect(make(host)).rejects.toThrow(/is not a host; allowed: a name or an address/);
  });
});
