import 'reflect-metadata';

import { randomBytes, webcrypto } from 'node:crypto';

import * as x509 from '@peculiar/x509';

import { type Host } from './host.js';

/** A certificate and its key, both in PEM. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;

/** Apple rejects server certificates that are valid for more than 825 days. */
const SERVER_DAYS = 730;

/** Clocks differ, so a certificate is already valid for an hour when it is made. */
const BACKDATED_MS = 3_600_000;

/** Creates a CA that can sign certificates of servers and clients, but not of further CAs. */
export async function makeAuthority(): Promise<Pem> {
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...lifetime(CA_DAYS),
      // A unique name, because a trust store may hold several of these CAs.
      name: `CN=Berth development CA ${randomBytes(4).toString('hex')}`,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

/** Signs a new certificate for a server at `hosts`. */
export function issueServer(authority: Pem, hosts: readonly Host[]): Promise<Pem> {
  return issue(authority, 'CN=Berth', SERVER_DAYS, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(hosts.map(({ type, value }) => ({ type, value }))),
  ]);
}

/** Signs a new certificate that is not a CA. `extensions` are added to those of every certificate. */
export async function issue(
  authority: Pem,
  subject: string,
  days: number,
  extensions: readonly x509.Extension[],
): Promise<Pem> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...lifetime(days),
      subject,
      issuer: issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: await imported(authority.key),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        ...extensions,
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

function lifetime(days: number) {
  const begin = Date.now() - BACKDATED_MS;
  return {
    signingAlgorithm: SIGNATURE,
    serialNumber: serialNumber(),
    notBefore: new Date(begin),
    notAfter: new Date(begin + days * DAY_MS),
  };
}

/** Returns a random positive serial number of at most 20 bytes. RFC 5280, section 4.1.2.2. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function exported(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return pem(x509.PemConverter.encode(bytes, 'PRIVATE KEY'));
}

function imported(key: string): Promise<webcrypto.CryptoKey> {
  const bytes = x509.PemConverter.decodeFirst(key);
  return webcrypto.subtle.importKey('pkcs8', bytes, CURVE, false, ['sign']);
}

function pem(text: string): string {
  return `${text.trimEnd()}\n`;
}
