import { RegistryError } from '../../domain/errors.js';
import { type ManifestPublication } from './manifest-publication.js';

/** The operator's own rules for manifests, beyond those of the specification. */
export abstract class PublishRules {
  /**
   * Looks at a manifest that is right by the specification, before anything of it can be seen. Nothing of one that is refused is
   * kept.
   *
   * @throws RegistryError, which the client sees like any other; another error becomes a 500
   */
  abstract check(publication: ManifestPublication): Promise<void>;
}

class NoRules extends PublishRules {
  override async check(): Promise<void> {
    // Whatever the specification lets through may be published.
  }
}

/** Nothing is demanded. */
export const NO_RULES: PublishRules = new NoRules();

/** A rule refuses a manifest: the client gets 403 `DENIED` with `message`. */
export class ManifestRefused extends RegistryError {
  constructor(message: string, detail?: unknown) {
    super('denied', message, detail);
  }
}
