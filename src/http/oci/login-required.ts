import { RegistryError } from '../../domain/errors.js';

/** The client must log in, or use another token: a 401 whose `WWW-Authenticate` header says how. */
export class LoginRequired extends RegistryError {
  constructor(
    message: string,
    readonly challenge: string,
  ) {
    super('unauthorized', message);
  }
}
