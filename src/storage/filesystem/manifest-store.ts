import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestStat,
  type Publication,
  type StoredManifest,
} from '../ports/manifest-store.js';
import { publish } from '../protocol/publish.js';
import { writing } from './fs-errors.js';
import { inTurns } from './in-turns.js';
import { allNames, listNames } from './list-names.js';
import { removeManifest } from './manifest-remove.js';
import { readMetadata } from './metadata.js';
import { decodeDigest } from './names.js';
import { FilePublishSteps, type PublishParts } from './publish-steps.js';
import { decodeReferrerRecord } from './records.js';

/** Manifests as files of exactly the bytes that were pushed. */
export class FileManifestStore extends ManifestStore {
  constructor(private readonly parts: PublishParts) {
    super();
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    return this.parts.manifests.stat(repository, digest);
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const bytes = await this.parts.manifests.read(repository, digest);
    return bytes && { mediaType: this.parts.manifests.mediaTypeOf(digest, bytes), bytes };
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<void> {
    return writing(() => publish(new FilePublishSteps(this.parts, repository), publication));
  }

  override remove(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return writing(async () => {
      const there = (await this.parts.manifests.sizeOf(repository, digest)) !== undefined;
      const { layout, durability } = this.parts;
      return (await removeManifest(layout, durability, repository, digest)) && there;
    });
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    const files = await allNames(this.parts.layout.referrers(repository, subject));
    const digests = files.map(decodeDigest).filter((digest) => digest !== undefined);
    const wanted = digests
      .filter((digest) => after === undefined || byteOrder(`${digest}`, `${after}`) > 0)
      .sort((one, other) => byteOrder(`${one}`, `${other}`));
    for await (const digest of inTurns(wanted)) {
      const bytes = readMetadata(this.parts.layout.referrer(repository, subject, digest));
      const descriptor = bytes && decodeReferrerRecord(bytes);
      const size = await this.parts.manifests.sizeOf(repository, digest);
      if (descriptor !== undefined && descriptor.size === size) yield descriptor;
    }
  }

  override async *digests(repository: RepositoryName): AsyncIterable<Digest> {
    for (const algorithm of DIGEST_ALGORITHMS) {
      for await (const hex of listNames(this.parts.layout.manifestsBy(repository, algorithm))) {
        const digest = Digest.tryParse(`${algorithm}:${hex}`);
        if (digest !== undefined) yield digest;
      }
    }
  }
}
