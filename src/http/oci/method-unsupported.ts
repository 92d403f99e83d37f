import { RegistryError } from '../../domain/errors.js';

/** For a method that a known path has not got; `allow` lists those it has. RFC 9110, section 15.5.6. */
export function methodUnsupported(...allow: readonly string[]): RegistryError {
  return new RegistryError('method-unsupported', 'method not allowed', {
    allow: allow.join(', '),
  });
}
