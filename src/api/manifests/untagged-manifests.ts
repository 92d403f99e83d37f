import { type Digest } from '../../domain/digest.js';
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
    const tagged = await this.taggedIn(repository);
    for await (const digest of this.storage.manifests.digests(repository)) {
      if (tagged.has(digest.toString())) continue;
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

  /** Resolves to the digests that tags point to, and those that their indexes list. */
  private async taggedIn(repository: RepositoryName): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const tag of this.storage.tags.list(repository)) {
      const target = await this.storage.tags.resolve(repository, tag);
      if (target !== undefined) await this.add(found, repository, target.digest, target.mediaType);
    }
    return found;
  }

  private async add(
    found: Set<string>,
    repository: RepositoryName,
    digest: Digest,
    mediaType: string,
  ): Promise<void> {
    if (found.has(digest.toString())) return;
    found.add(digest.toString());
    // An image lists nothing, and reading the manifests of thousands of tags takes time.
    if (!/index|list/.test(mediaType)) return;
    const summary = await this.explainer.content.manifest(repository, digest);
    for (const entry of summary?.entries ?? []) {
      await this.add(found, repository, entry.digest, entry.mediaType);
    }
  }
}
