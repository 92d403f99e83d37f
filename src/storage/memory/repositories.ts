import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

export interface MemoryManifest {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
  readonly subject: Digest | undefined;
}

export interface MemoryTag {
  readonly digest: Digest;
  readonly pushedAt: number;
}

/** What one repository has besides its blobs. Digests are keys by their text. */
export class MemoryRepository {
  readonly manifests = new Map<string, MemoryManifest>();
  readonly tags = new Map<TagName, MemoryTag>();
  private readonly referrersBySubject = new Map<string, Map<string, Descriptor>>();

  manifest(digest: Digest): MemoryManifest | undefined {
    return this.manifests.get(digest.toString());
  }

  referrers(subject: Digest): ReadonlyMap<string, Descriptor> | undefined {
    return this.referrersBySubject.get(subject.toString());
  }

  addReferrer(subject: Digest, referrer: Descriptor): void {
    const existing = this.referrersBySubject.get(subject.toString());
    const referrers = existing ?? new Map<string, Descriptor>();
    this.referrersBySubject.set(subject.toString(), referrers);
    referrers.set(referrer.digest.toString(), referrer);
  }

  removeReferrer(subject: Digest, referrer: Digest): void {
    const referrers = this.referrersBySubject.get(subject.toString());
    referrers?.delete(referrer.toString());
    if (referrers?.size === 0) this.referrersBySubject.delete(subject.toString());
  }
}

/** The repositories that had a manifest once. */
export class Repositories {
  private readonly byName = new Map<RepositoryName, MemoryRepository>();

  find(name: RepositoryName): MemoryRepository | undefined {
    return this.byName.get(name);
  }

  findOrCreate(name: RepositoryName): MemoryRepository {
    const existing = this.byName.get(name) ?? new MemoryRepository();
    this.byName.set(name, existing);
    return existing;
  }

  names(): Iterable<RepositoryName> {
    return this.byName.keys();
  }
}
