import { RegistryError } from '../../domain/errors.js';
import { type ManifestPublication } from './manifest-publication.js';

/** What whoever runs the registry demands of manifests, besides what the specification does. */
export abstract class PublishRules {
  /**
   * Looks at a manifest that is right by the specification, before anything of it can be seen. Nothing of one that is refused is
   * kept.
   *
   * @throws RegistryError, of which the client is told as of any other; whatever else is thrown is a fault of the registry
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

/** A rule refuses a manifest: the client is answered 403 `DENIED` with `message`, which is written for it. */
export class ManifestRefused extends RegistryError {
  constructor(message: string, detail?: unknown) {
    super('denied', message, detail);
  }
}
