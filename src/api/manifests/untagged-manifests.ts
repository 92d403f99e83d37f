import { byteOrder } from '../../domain/byte-order.js';
import { decodeCursor, encodeCursor } from '../../domain/cursor.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type ExplainedManifest,
  type ManifestExplainer,
} from '../../inspect/manifests/explain-manifest.js';
import { holdersOf } from '../../inspect/manifests/manifest-relations.js';
import { platformsOf } from '../../inspect/manifests/platforms.js';
import { type Storage } from '../../storage/ports/storage.js';
import {
  type UntaggedDto,
  type UntaggedManifestDto,
  type UntaggedQuery,
} from './manifests-api.dto.js';

/** Finds the manifests that no tag leads to. */
export class UntaggedManifests {
  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
    private readonly keepsUntagged: boolean,
  ) {}

  /** Resolves to a page of the manifests of a repository that no tag points to, and no tagged index lists. */
  async page(
    repository: RepositoryName,
    { limit, cursor, referrers }: UntaggedQuery,
  ): Promise<UntaggedDto> {
    const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, 'untagged', ['string']);
    const manifests: UntaggedManifestDto[] = [];
    for (const digest of await this.digestsAfter(repository, String(after))) {
      const found = await this.explainer.explain(repository, digest);
      if (found === undefined) continue;
      if (referrers !== undefined && (referrers === 'only') !== (found.subject !== undefined)) {
        continue;
      }
      const last = manifests.at(-1);
      if (last !== undefined && manifests.length === limit) {
        return { manifests, more: true, next: encodeCursor('untagged', [last.digest]) };
      }
      manifests.push(await this.shown(repository, found));
    }
    return { manifests, more: false };
  }

  private async digestsAfter(repository: RepositoryName, after: string): Promise<Digest[]> {
    const digests: Digest[] = [];
    for await (const digest of this.storage.statistics.untagged(repository)) {
      if (byteOrder(digest.toString(), after) > 0) digests.push(digest);
    }
    return digests.sort((one, other) => byteOrder(one.toString(), other.toString()));
  }

  private async shown(
    repository: RepositoryName,
    manifest: ExplainedManifest,
  ): Promise<UntaggedManifestDto> {
    const { digest, mediaType, purpose, size, totalSize, subject, artifactType } = manifest;
    const subjectTags = subject && (await this.tagsOf(repository, subject.digest));
    return {
      digest: digest.toString(),
      mediaType,
      purpose,
      size,
      totalBytes: totalSize,
      platforms: platformsOf(manifest),
      ...(artifactType && { artifactType }),
      ...(subject && { subject: subject.digest.toString() }),
      ...(subjectTags && { subjectTags: [...subjectTags] }),
      kept: subjectTags ? 'subject' : await this.reason(repository, digest),
    };
  }

  /** Resolves to the tags of a manifest, or to `undefined` if the repository does not have it. */
  private async tagsOf(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<readonly string[] | undefined> {
    if ((await this.storage.manifests.stat(repository, digest)) === undefined) return undefined;
    return (await holdersOf(this.storage, repository, digest)).tags;
  }

  /** Resolves to the reason why a manifest is kept, apart from its subject. */
  private async reason(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<UntaggedManifestDto['kept']> {
    const { indexes } = await holdersOf(this.storage, repository, digest);
    if (indexes.length > 0) return 'index';
    return this.keepsUntagged ? 'rule' : 'grace';
  }
}
