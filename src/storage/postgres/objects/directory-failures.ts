import { RegistryError } from '../../../domain/errors.js';
import { hasCode } from '../../../files/errors.js';
import { unreachable } from '../../protocol/failures.js';

/** Codes of a file system that takes no more bytes. */
const FULL = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'];

/** Codes of a network file system whose server is away. */
const AWAY = [
  'EIO',
  'ESTALE',
  'ETIMEDOUT',
  'ENOTCONN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ECONNREFUSED',
];

/** Returns the error of the storage for an error of the file system. */
export function directoryFailure(error: unknown): unknown {
  if (hasCode(error, ...FULL)) {
    const message = 'the directory of the registry is full or read-only';
    return new RegistryError('storage-full', message, undefined, { cause: error });
  }
  if (hasCode(error, ...AWAY)) {
    return unreachable('the directory of the registry', error);
  }
  return error;
}
