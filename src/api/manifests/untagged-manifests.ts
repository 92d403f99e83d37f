import { byteOrder } from '../../domain/byte-order.js';
import { decodeCursor, encodeCursor } from '../../domain/cursor.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type ExplainedManifest,
  type ManifestExplainer,
} from '../../inspect/manifests/explain-manifest.js';
import { holdersOfAll, type Holders } from '../../inspect/manifests/manifest-relations.js';
import { platformsOf } from '../../inspect/manifests/platforms.js';
import { type Storage } from '../../storage/ports/storage.js';
import {
  type UntaggedDto,
  type UntaggedManifestDto,
  type UntaggedQuery,
} from './manifests-api.dto.js';

/** What is found of one manifest before anything is asked about its holders. */
interface Found {
  readonly digest: Digest;
  readonly subject: Digest | undefined;
  readonly described: Omit<UntaggedManifestDto, 'subjectTags' | 'kept'>;
}

/** Finds the manifests that no tag leads to. */
export class UntaggedManifests {
  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
    private readonly keepsUntagged: boolean,
  ) {}

  /** Resolves to a page of the manifests of a repository that no tag points to, and no tagged index lists. */
  async page(repository: RepositoryName, query: UntaggedQuery): Promise<UntaggedDto> {
    const { found, more } = await this.find(repository, query);
    const last = found.at(-1);
    return {
      manifests: await this.withReasons(repository, found),
      more,
      ...(more && last && { next: encodeCursor('untagged', [last.digest.toString()]) }),
    };
  }

  private async find(
    repository: RepositoryName,
    { limit, cursor, referrers }: UntaggedQuery,
  ): Promise<{ readonly found: readonly Found[]; readonly more: boolean }> {
    const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, 'untagged', ['string']);
    const found: Found[] = [];
    for (const digest of await this.digestsAfter(repository, String(after))) {
      // What the filter leaves out needs no look at its config and its entries.
      const summary = await this.explainer.content.manifest(repository, digest);
      if (summary === undefined) continue;
      const isReferrer = summary.subject !== undefined;
      if (referrers !== undefined && (referrers === 'only') !== isReferrer) continue;
      if (found.length === limit) return { found, more: true };
      const explained = await this.explainer.explain(repository, digest);
      if (explained !== undefined) found.push(foundOf(explained));
    }
    return { found, more: false };
  }

  private async digestsAfter(repository: RepositoryName, after: string): Promise<Digest[]> {
    const digests: Digest[] = [];
    for await (const digest of this.storage.statistics.untagged(repository)) {
      if (byteOrder(digest.toString(), after) > 0) digests.push(digest);
    }
    return digests.sort((one, other) => byteOrder(one.toString(), other.toString()));
  }

  /** Adds the reason why each manifest is kept, and the tags of its subject. */
  private async withReasons(
    repository: RepositoryName,
    found: readonly Found[],
  ): Promise<UntaggedManifestDto[]> {
    const subjects = await this.present(
      repository,
      found.flatMap(({ subject }) => subject ?? []),
    );
    const digests = [...subjects.values(), ...found.map(({ digest }) => digest)];
    const holders = await holdersOfAll(this.storage, repository, digests);
    return found.map(({ digest, subject, described }): UntaggedManifestDto => {
      const known = subject && subjects.get(subject.toString());
      if (known === undefined) return { ...described, kept: this.reason(holders.of(digest)) };
      return { ...described, subjectTags: [...holders.of(known).tags], kept: 'subject' };
    });
  }

  /** Resolves to those of the manifests that the repository has, by the texts of their digests. */
  private async present(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<string, Digest>> {
    const present = new Map<string, Digest>();
    for (const [text, digest] of new Map(digests.map((one) => [one.toString(), one]))) {
      const found = await this.storage.manifests.stat(repository, digest);
      if (found !== undefined) present.set(text, digest);
    }
    return present;
  }

  /** Returns the reason why a manifest is kept, apart from its subject. */
  private reason({ indexes }: Holders): UntaggedManifestDto['kept'] {
    if (indexes.length > 0) return 'index';
    return this.keepsUntagged ? 'rule' : 'grace';
  }
}

function foundOf(manifest: ExplainedManifest): Found {
  const { digest, mediaType, purpose, size, totalSize, subject, artifactType } = manifest;
  return {
    digest,
    subject: subject?.digest,
    described: {
      digest: digest.toString(),
      mediaType,
      purpose,
      size,
      totalBytes: totalSize,
      platforms: platformsOf(manifest),
      ...(artifactType && { artifactType }),
      ...(subject && { subject: subject.digest.toString() }),
    },
  };
}
