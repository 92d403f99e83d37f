import { DatabaseError } from 'pg';

import { type RegistryError } from '../../../domain/errors.js';
import { unreachable } from '../../protocol/failures.js';

/**
 * Classes and codes of failures after which the same statement may succeed: a lost connection, a server that starts or ends, a
 * deadlock, a serialization failure, too many connections, and a server that has become read-only because another one took over.
 *
 * Source: PostgreSQL documentation, appendix "PostgreSQL Error Codes".
 */
const TRANSIENT = /^(?:08...|57P0[123]|40001|40P01|53300|25006|23503)$/;

/** Codes of Node for a server that cannot be reached. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** Messages of `pg` for connections that ended or that give no answer; these errors have no code. */
const ENDED =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;

/** A statement that writes, on a server that only reads: a standby, or a primary that became one. */
const READ_ONLY = '25006';

/** A statement that the server ended at its time limit. */
const CANCELED = '57014';

/** Returns whether the statement may succeed if it runs again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DatabaseError) return TRANSIENT.test(error.code ?? '');
  return isLostConnection(error);
}

/** Returns whether the server ended the statement because it took too long. The same statement would take as long again. */
export function isTooSlow(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === CANCELED;
}

/** Returns whether the connection of the statement cannot be used any more. */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseError) return false;
  return UNREACHABLE.has(codeOf(error)) || ENDED.test(error.message);
}

/** Returns whether the server can be read but not written. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === READ_ONLY;
}

/** Returns the error that a client gets while the database is away. */
export function unavailable(cause: unknown): RegistryError {
  return unreachable('the database of the registry', cause);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
