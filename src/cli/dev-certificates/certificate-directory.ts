import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../files/atomic-write.js';
import { ignoreNotFound } from '../../files/errors.js';
import { type Host } from './host.js';
import { issueServer, makeAuthority, type Pem } from './issue.js';

/** The CA in the directory cannot sign. The message says why, and what to do. */
export class UnusableAuthority extends Error {
  override readonly name = 'UnusableAuthority';
}

/** The files that were written. */
export interface WrittenCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Whether the CA existed before. */
  readonly caExisted: boolean;
  readonly validTo: Date;
}

/**
 * Writes a new certificate for `hosts` into `directory`, signed by the CA there.
 *
 * Creates a missing CA, and never replaces one, because clients may trust it.
 *
 * @throws UnusableAuthority
 */
export async function writeCertificate(
  directory: string,
  hosts: readonly Host[],
): Promise<WrittenCertificate> {
  const path = (name: string): string => join(directory, name);
  await mkdir(directory, { recursive: true });
  const existing = await readAuthority(path('ca.crt'), path('ca.key'));
  const authority = existing ?? (await writeAuthority(path('ca.crt'), path('ca.key')));
  const { certificate, key } = await issueServer(authority, hosts);
  // Writes the key first. A registry that reads in between finds a mismatched pair and keeps its
  // current one.
  await writeFileAtomically(path('server.key'), key, 0o600);
  await writeFileAtomically(path('server.crt'), certificate, 0o644);
  return {
    ca: path('ca.crt'),
    certificate: path('server.crt'),
    key: path('server.key'),
    caExisted: existing !== undefined,
    validTo: new X509Certificate(certificate).validToDate,
  };
}

async function writeAuthority(certificatePath: string, keyPath: string): Promise<Pem> {
  const authority = await makeAuthority();
  await writeFile(keyPath, authority.key, { flag: 'wx', mode: 0o600 });
  await writeFile(certificatePath, authority.certificate, { flag: 'wx', mode: 0o644 });
  return authority;
}

async function readAuthority(certificatePath: string, keyPath: string): Promise<Pem | undefined> {
  const [certificate, keyText] = [await textOf(certificatePath), await textOf(keyPath)];
  if (certificate === undefined && keyText === undefined) return undefined;
  if (certificate === undefined || keyText === undefined) {
    const [there, missing] =
      certificate === undefined ? [keyPath, certificatePath] : [certificatePath, keyPath];
    throw new UnusableAuthority(
      `${there} exists without ${missing}: restore ${missing}, or move ${there} away`,
    );
  }
  const key = signingKey(certificatePath, keyPath, certificate, keyText);
  return { certificate, key: String(key.export({ type: 'pkcs8', format: 'pem' })) };
}

/** Returns the key if certificate and key are a CA that can sign today. */
function signingKey(
  certificatePath: string,
  keyPath: string,
  certificateText: string,
  keyText: string,
): KeyObject {
  const refuse = (why: string): never => {
    throw new UnusableAuthority(`${why}: move both away for a new CA, or use another --out`);
  };
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(certificateText);
    key = createPrivateKey(keyText);
  } catch {
    return refuse(`${certificatePath} and ${keyPath} are not a certificate and a key in PEM`);
  }
  if (!certificate.ca) return refuse(`${certificatePath} is not a CA certificate`);
  if (!certificate.checkPrivateKey(key)) {
    return refuse(`${keyPath} is not the key of ${certificatePath}`);
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return refuse(`${keyPath} is not an ECDSA key on P-256`);
  }
  if (certificate.validToDate < new Date()) return refuse(`${certificatePath} has expired`);
  return key;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreNotFound);
}
