import { RegistryError } from '../../domain/errors.js';

/** The client must log in or use another token. The 401 has a `WWW-Authenticate` header that says how. */
export class LoginRequired extends RegistryError {
  constructor(
    message: string,
    readonly challenge: string,
    detail: object,
  ) {
    super('unauthorized', message, detail);
  }
}
