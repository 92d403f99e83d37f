import { RegistryError } from '../../domain/errors.js';

/** Refuses a method that a known path does not support; `allow` lists those it supports. RFC 9110, section 15.5.6. */
export function methodUnsupported(...allow: readonly string[]): RegistryError {
  return new RegistryError('method-unsupported', 'method not allowed', {
    allow: allow.join(', '),
  });
}
