import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { referrerDescriptor, type RequiredContent } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestStat,
  type Publication,
  type StoredManifest,
} from '../ports/manifest-store.js';
import { listing, promiseOf } from './asynchronous.js';
import { type MemoryBudget } from './memory-budget.js';
import { type MemoryRepository, type Repositories } from './repositories.js';
import { type SharedContent } from './shared-content.js';
import { sortedAfter } from './sorted.js';

export class MemoryManifestStore extends ManifestStore {
  constructor(
    private readonly repositories: Repositories,
    private readonly content: SharedContent,
    private readonly budget: MemoryBudget,
    private readonly now: () => number,
  ) {
    super();
  }

  override stat(repository: RepositoryName, digest: Digest): Promise<ManifestStat | undefined> {
    const found = this.repositories.find(repository)?.manifest(digest);
    return Promise.resolve(found && { mediaType: found.mediaType, size: found.bytes.byteLength });
  }

  override read(repository: RepositoryName, digest: Digest): Promise<StoredManifest | undefined> {
    const found = this.repositories.find(repository)?.manifest(digest);
    return Promise.resolve(found && { mediaType: found.mediaType, bytes: found.bytes });
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<void> {
    return promiseOf(() => {
      const counted = this.countIntent(repository, publication);
      const missing = this.missing(repository, publication.requires);
      if (missing.length > 0) {
        this.budget.giveBack(counted);
        throw contentMissing(missing);
      }
      this.makeVisible(this.repositories.findOrCreate(repository), publication);
    });
  }

  override remove(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const home = this.repositories.find(repository);
    const manifest = home?.manifest(digest);
    if (home === undefined || manifest === undefined) return Promise.resolve(false);
    home.manifests.delete(digest.toString());
    this.budget.giveBack(manifest.bytes.byteLength);
    if (manifest.subject !== undefined) home.removeReferrer(manifest.subject, digest);
    for (const [name, tag] of home.tags) {
      if (tag.digest.equals(digest)) home.tags.delete(name);
    }
    return Promise.resolve(true);
  }

  override referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    return listing(() => {
      const referrers = this.repositories.find(repository)?.referrers(subject);
      const digests = sortedAfter(referrers?.keys() ?? [], after?.toString());
      return digests.flatMap((digest) => referrers?.get(digest) ?? []);
    });
  }

  override digests(repository: RepositoryName): AsyncIterable<Digest> {
    return listing(() =>
      [...(this.repositories.find(repository)?.manifests.values() ?? [])].map(
        ({ digest }) => digest,
      ),
    );
  }

  /** Counts the manifest's bytes before its content is looked for; what is there already costs nothing. */
  private countIntent(repository: RepositoryName, { manifest, digest }: Publication): number {
    const exists = this.repositories.find(repository)?.manifest(digest) !== undefined;
    const bytes = exists ? 0 : manifest.bytes.byteLength;
    this.budget.take(bytes);
    return bytes;
  }

  private missing(repository: RepositoryName, required: readonly RequiredContent[]): Digest[] {
    const home = this.repositories.find(repository);
    return required
      .filter(
        ({ digest, as }) =>
          this.content.find(repository, digest) === undefined &&
          (as === 'blob' || home?.manifest(digest) === undefined),
      )
      .map(({ digest }) => digest);
  }

  private makeVisible(home: MemoryRepository, { manifest, digest, tags }: Publication): void {
    const { mediaType, bytes, subject } = manifest;
    if (home.manifest(digest) === undefined) {
      home.manifests.set(digest.toString(), {
        digest,
        mediaType,
        bytes: new Uint8Array(bytes),
        subject: subject?.digest,
      });
    }
    if (subject !== undefined) {
      home.addReferrer(subject.digest, referrerDescriptor(manifest, digest));
    }
    for (const tag of tags) home.tags.set(tag, { digest, pushedAt: this.now() });
  }
}

function contentMissing(digests: readonly Digest[]): RegistryError {
  const missing = new Map(digests.map((digest) => [digest.toString(), digest]));
  return new RegistryError(
    'manifest-blob-unknown',
    'the manifest names content that the repository has not got',
    [...missing.values()],
  );
}
