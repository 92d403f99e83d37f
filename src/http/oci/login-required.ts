import { RegistryError } from '../../domain/errors.js';

/** Whoever asks must log in, or with another token: answered 401 with how, as a `WWW-Authenticate` header. */
export class LoginRequired extends RegistryError {
  constructor(
    message: string,
    readonly challenge: string,
  ) {
    super('unauthorized', message);
  }
}
