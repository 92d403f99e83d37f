import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestExplainer } from '../../inspect/manifests/explain-manifest.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type UntaggedManifestDto } from './manifests-api.dto.js';

/** Finds the manifests that no tag leads to. */
export class UntaggedManifests {
  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
  ) {}

  /** Yields the manifests of a repository that no tag points to, and no tagged index lists, in no particular order. */
  async *of(repository: RepositoryName): AsyncGenerator<UntaggedManifestDto> {
    for await (const digest of this.storage.statistics.untagged(repository)) {
      const found = await this.explainer.explain(repository, digest);
      if (found === undefined) continue;
      const { mediaType, purpose, size, totalSize, subject } = found;
      yield {
        digest: digest.toString(),
        mediaType,
        purpose,
        size,
        totalBytes: totalSize,
        ...(subject && { subject: subject.digest.toString() }),
      };
    }
  }
}
