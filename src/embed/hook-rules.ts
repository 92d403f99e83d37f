import { type ManifestPublication } from '../oci/manifests/manifest-publication.js';
import { PublishRules } from '../oci/manifests/publish-rules.js';
import { type ManifestHook } from './options.js';

/** The rules of the host, asked one after the other until one refuses. */
export class HookRules extends PublishRules {
  constructor(private readonly hooks: readonly ManifestHook[]) {
    super();
  }

  override async check(publication: ManifestPublication): Promise<void> {
    for (const hook of this.hooks) await hook(publication);
  }
}
