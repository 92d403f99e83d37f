import { basename } from 'node:path';
import * as tls from 'node:tls';

import { readOwnFile } from './own-file.js';

/** What a TLS connection trusts: the usual CAs if it is empty. */
export interface Trust {
  readonly secureContext?: tls.SecureContext;
}

/** Resolves to trust in the usual CAs and in those of a file in PEM. @throws Error, with the name of the file */
export async function trustOf(caFile: string | undefined): Promise<Trust> {
  if (caFile === undefined) return {};
  const own = await readOwnFile(caFile);
  if (!own.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(
      `${basename(caFile)} has no certificate; write the certificates of the CA in PEM`,
    );
  }
  return { secureContext: tls.createSecureContext({ ca: trustedWith(own) }) };
}

/** Returns the usual CAs and `own`, because redirects may lead to hosts with certificates of the usual ones. */
export function trustedWith(own: string): string[] {
  return [...usualAuthorities(), own];
}

/** Node before 22.15 does not return those of `NODE_EXTRA_CA_CERTS`. */
function usualAuthorities(): readonly string[] {
  const { getCACertificates } = tls as Partial<typeof tls>;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}
