import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../files/atomic-write.js';
import { ignoreNotFound } from '../../files/errors.js';
import { type Host } from './host.js';
import { issueServer, makeAuthority, type Pem } from './issue.js';

/** The directory holds a CA that cannot sign; the message says why, and what to do. */
export class UnusableAuthority extends Error {
  override readonly name = 'UnusableAuthority';
}

/** What was written into the directory. */
export interface WrittenCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Whether the CA was there before. */
  readonly known: boolean;
  readonly validTo: Date;
}

/**
 * Writes a new certificate for `hosts` into `directory`, signed by the CA there, which is made if it is missing.
 *
 * A CA is never replaced: others trust it.
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
  // The key first: a registry that looks between the two goes on with what it has.
  await writeFileAtomically(path('server.key'), key, 0o600);
  await writeFileAtomically(path('server.crt'), certificate, 0o644);
  return {
    ca: path('ca.crt'),
    certificate: path('server.crt'),
    key: path('server.key'),
    known: existing !== undefined,
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
      `${there} is there without ${missing}: bring that back, or move this away`,
    );
  }
  const key = signingKey(certificatePath, keyPath, certificate, keyText);
  return { certificate, key: String(key.export({ type: 'pkcs8', format: 'pem' })) };
}

/** The key, if the two are a CA that can sign as this command does, today. */
function signingKey(
  certificatePath: string,
  keyPath: string,
  certificateText: string,
  keyText: string,
): KeyObject {
  const refuse = (why: string): never => {
    throw new UnusableAuthority(`${why}: move both away for a new CA, or name another --out`);
  };
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(certificateText);
    key = createPrivateKey(keyText);
  } catch {
    return refuse(`${certificatePath} and ${keyPath} are no certificate and key in PEM`);
  }
  if (!certificate.ca) return refuse(`${certificatePath} is no CA`);
  if (!certificate.checkPrivateKey(key)) {
    return refuse(`${keyPath} is not the key of ${certificatePath}`);
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return refuse(`${keyPath} is no ECDSA key on P-256`);
  }
  if (certificate.validToDate < new Date()) return refuse(`${certificatePath} has run out`);
  return key;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreNotFound);
}
