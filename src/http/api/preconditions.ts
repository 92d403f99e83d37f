import { type Request } from 'express';

import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';

/** What a client expects of the present state. `any`: it must exist. */
export type Precondition = { readonly digest: Digest | undefined } | 'any';

/**
 * Returns what `If-Match` or `If-None-Match: *` expects, or `undefined` without either. RFC 9110, section 13.1.
 *
 * @throws RegistryError `request-malformed` for anything but one ETag of this API
 */
export function preconditionOf({ headers }: Request): Precondition | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match === undefined && noneMatch === undefined) return undefined;
  if (match === undefined) {
    if (noneMatch === '*') return { digest: undefined };
    throw malformed('If-None-Match', '*');
  }
  if (match === '*') return 'any';
  const digest = Digest.tryParse(/^"(.*)"$/.exec(match)?.[1] ?? '');
  if (digest !== undefined && noneMatch === undefined) return { digest };
  throw malformed('If-Match', 'the ETag that you have got: the digest in quotation marks');
}

function malformed(header: string, allowed: string): RegistryError {
  return new RegistryError('request-malformed', `${header} is invalid; allowed: ${allowed}`, {
    header,
  });
}
