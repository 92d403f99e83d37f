import { RegistryError } from '../../domain/errors.js';
import { type PublishContext } from './publish-context.js';

/** The injection token of the registry's rules, a `PublishRule[]`. */
export const PUBLISH_RULES = Symbol('publish rules');

/** An operator's rule for manifests, in addition to those of the specification. */
export interface PublishRule {
  /**
   * Checks a valid manifest before it becomes visible. A refused manifest is not stored.
   *
   * @throws RegistryError, which the client sees like any other; another error becomes a 500
   */
  check(publication: PublishContext): Promise<void> | void;
}

/** Refuses a manifest: the client gets 403 `DENIED` with `message`. */
export class ManifestRefused extends RegistryError {
  constructor(message: string, detail?: unknown) {
    super('denied', message, detail);
  }
}
