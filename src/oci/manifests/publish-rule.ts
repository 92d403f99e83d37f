import { RegistryError } from '../../domain/errors.js';
import { type PublishContext } from './publish-context.js';

/** Provides the rules of a registry, a `PublishRule[]`. */
export const PUBLISH_RULES = Symbol('publish rules');

/** One of the operator's own rules for manifests, beyond those of the specification. */
export interface PublishRule {
  /**
   * Looks at a manifest that is right by the specification, before any of it can be seen. Nothing of a refused one is kept.
   *
   * @throws RegistryError, which the client sees like any other; another error becomes a 500
   */
  check(publication: PublishContext): Promise<void> | void;
}

/** A rule refuses a manifest: the client gets 403 `DENIED` with `message`. */
export class ManifestRefused extends RegistryError {
  constructor(message: string, detail?: unknown) {
    super('denied', message, detail);
  }
}
