import { Digest } from '../../../src/domain/digest.js';
import { type BuiltImage, type BuiltManifest } from '../../../src/storage/contract/fixtures.js';

export interface HubManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** The repositories of a stand-in registry. */
export class HubContent {
  private readonly repositories = new Map<
    string,
    { readonly tags: Map<string, string>; readonly manifests: Map<string, HubManifest> }
  >();
  private readonly privateNames = new Set<string>();
  readonly blobs = new Map<string, Buffer>();

  /** Adds a manifest, under a tag if there is one, and the blobs of an image. */
  add(repository: string, manifest: BuiltManifest | BuiltImage, tag?: string): void {
    const found = this.repositories.get(repository) ?? { tags: new Map(), manifests: new Map() };
    this.repositories.set(repository, found);
    const digest = `${manifest.digest}`;
    found.manifests.set(digest, {
      bytes: manifest.bytes,
      mediaType: manifest.descriptor.mediaType,
    });
    if (tag !== undefined) found.tags.set(tag, digest);
    if ('layers' in manifest)
      [manifest.config, ...manifest.layers].forEach((blob) => this.addBlob(blob));
  }

  addBlob(bytes: Buffer): Digest {
    const digest = Digest.of(bytes);
    this.blobs.set(`${digest}`, bytes);
    return digest;
  }

  /** Lets only logins read a repository. */
  makePrivate(repository: string): void {
    this.privateNames.add(repository);
  }

  removeTag(repository: string, tag: string): void {
    this.repositories.get(repository)?.tags.delete(tag);
  }

  mayRead(repository: string, hasLogin: boolean): boolean {
    return this.repositories.has(repository) && (hasLogin || !this.privateNames.has(repository));
  }

  manifest(repository: string, reference: string): (HubManifest & { digest: string }) | undefined {
    const found = this.repositories.get(repository);
    const digest = found?.tags.get(reference) ?? reference;
    const manifest = found?.manifests.get(digest);
    return manifest && { ...manifest, digest };
  }

  tags(repository: string): string[] {
    return [...(this.repositories.get(repository)?.tags.keys() ?? [])].sort();
  }

  /** Returns the descriptors of the manifests with this subject. */
  referrers(repository: string, subject: string): object[] {
    const manifests =
      this.repositories.get(repository)?.manifests ?? new Map<string, HubManifest>();
    return [...manifests].flatMap(([digest, { bytes, mediaType }]) => {
      const json = JSON.parse(bytes.toString()) as {
        subject?: { digest: string };
        artifactType?: string;
        annotations?: object;
      };
      if (json.subject?.digest !== subject) return [];
      const { artifactType, annotations } = json;
      return [{ mediaType, digest, size: bytes.byteLength, artifactType, annotations }];
    });
  }
}
