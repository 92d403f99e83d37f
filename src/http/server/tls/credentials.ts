import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

import { type TlsSettings } from '../../../config/sections/tls.settings.js';

/** The paths of the PEM files that the server uses. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** The CA of the client certificates. `undefined` if clients need none. */
  readonly clientCa: string | undefined;
}

/** The contents of the files. */
export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

/** The files cannot be used by a server. The message is for the person who set their paths. */
export class UnusableCertificate extends Error {
  override readonly name = 'UnusableCertificate';
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory',
};

/** Returns the files named in the settings, or `undefined` for plain HTTP. */
export function tlsFiles({
  certificate: tlsCert,
  key: tlsKey,
  clientCa: tlsClientCa,
}: TlsSettings): TlsFiles | undefined {
  if (tlsCert === '') return undefined;
  const clientCa = tlsClientCa === '' ? undefined : tlsClientCa;
  return { certificate: tlsCert, key: tlsKey, clientCa };
}

/** Reads the files without checking their contents. @throws UnusableCertificate */
export async function readCredentials(files: TlsFiles): Promise<CertificateAndKey> {
  const [cert, key, ca] = await Promise.all([
    read('REGISTRY_TLS_CERT', files.certificate),
    read('REGISTRY_TLS_KEY', files.key),
    files.clientCa === undefined ? undefined : read('REGISTRY_TLS_CLIENT_CA', files.clientCa),
  ]);
  return { cert, key, ca };
}

/** Checks that a server can use `credentials`. @throws UnusableCertificate */
export function checkCredentials(files: TlsFiles, credentials: CertificateAndKey): void {
  const certificate = parseCertificate('REGISTRY_TLS_CERT', files.certificate, credentials.cert);
  const key = parseKey(files.key, credentials.key);
  if (!certificate.checkPrivateKey(key)) {
    throw new UnusableCertificate(
      `REGISTRY_TLS_KEY: ${files.key} is not the key of the first certificate in ${files.certificate}`,
    );
  }
  if (files.clientCa !== undefined) {
    parseCertificate('REGISTRY_TLS_CLIENT_CA', files.clientCa, credentials.ca ?? '');
  }
  try {
    createSecureContext(contextOf(credentials));
  } catch (error) {
    throw unusable('REGISTRY_TLS_CERT', `${files.certificate} cannot be served`, error);
  }
}

/** Returns the options for Node's TLS context. */
export function contextOf({ cert, key, ca }: CertificateAndKey) {
  const own = { cert, key, minVersion: 'TLSv1.2' } as const satisfies SecureContextOptions;
  return ca === undefined ? own : { ...own, ca };
}

async function read(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const plain = READ_FAILURES[(error as NodeJS.ErrnoException).code ?? ''];
    if (plain !== undefined) throw new UnusableCertificate(`${variable}: ${path} ${plain}`);
    throw unusable(variable, `${path} cannot be read`, error);
  }
}

function parseCertificate(variable: string, path: string, pem: string): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UnusableCertificate(`${variable}: ${path} holds no certificate in PEM`);
  }
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw unusable(variable, `${path} holds a certificate that is damaged`, error);
  }
}

function parseKey(path: string, pem: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new UnusableCertificate(`REGISTRY_TLS_KEY: ${path} holds no private key in PEM`);
  }
  if (/^(?:-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED)/m.test(pem)) {
    throw new UnusableCertificate(
      `REGISTRY_TLS_KEY: ${path} is encrypted, and the registry cannot ask for a password: remove it with openssl pkey -in ${path} -out NEW`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw unusable('REGISTRY_TLS_KEY', `${path} holds a key that is damaged`, error);
  }
}

function unusable(variable: string, what: string, cause: unknown): UnusableCertificate {
  return new UnusableCertificate(`${variable}: ${what} (${(cause as Error).message})`, { cause });
}
