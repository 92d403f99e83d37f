import { readdir, readFile } from 'node:fs/promises';

import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { mediaTypeOfStored } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestStat,
  type Publication,
  type StoredManifest,
} from '../ports/manifest-store.js';
import { type Durability } from './durability.js';
import { absentIfMissing, writing } from './fs-errors.js';
import { type Layout } from './layout.js';
import { publishManifest } from './manifest-publish.js';
import { removeManifest } from './manifest-remove.js';
import { breathe, readMetadata, sizeOfFile } from './metadata.js';
import { decodeDigest } from './names.js';
import { decodeReferrerRecord } from './records.js';

/** A manifest above this many bytes is read by the thread pool: it would hold up everybody else. */
const LARGE_MANIFEST_BYTES = 256 * 1024;

/** Referrers read before the event loop gets a turn. */
const REFERRERS_A_TURN = 50;

/** Manifests as files of exactly the bytes that were pushed. */
export class FileManifestStore extends ManifestStore {
  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
  ) {
    super();
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const found = await this.read(repository, digest);
    return found && { mediaType: found.mediaType, size: found.bytes.byteLength };
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const path = this.layout.manifest(repository, digest);
    const size = sizeOfFile(path);
    if (size === undefined) return undefined;
    const bytes =
      size > LARGE_MANIFEST_BYTES
        ? await readFile(path).catch(absentIfMissing)
        : readMetadata(path);
    // What a crash cut off or a disk spoilt is not served: the client pushes it again, and that mends it.
    if (bytes === undefined || !Digest.of(bytes, digest.algorithm).equals(digest)) return undefined;
    return { mediaType: mediaTypeOfStored(bytes), bytes };
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<void> {
    return writing(() => publishManifest(this.layout, this.durability, repository, publication));
  }

  override remove(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return writing(async () => {
      const found = await this.read(repository, digest);
      return removeManifest(this.layout, this.durability, repository, digest, found?.bytes);
    });
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    const files = await list(this.layout.referrers(repository, subject));
    const digests = files.map(decodeDigest).filter((digest) => digest !== undefined);
    const wanted = digests
      .filter((digest) => after === undefined || byteOrder(`${digest}`, `${after}`) > 0)
      .sort((one, other) => byteOrder(`${one}`, `${other}`));
    for (const [index, digest] of wanted.entries()) {
      const bytes = readMetadata(this.layout.referrer(repository, subject, digest));
      const descriptor = bytes && decodeReferrerRecord(bytes);
      const there = sizeOfFile(this.layout.manifest(repository, digest)) === descriptor?.size;
      if (descriptor !== undefined && there) yield descriptor;
      if (index % REFERRERS_A_TURN === REFERRERS_A_TURN - 1) await breathe();
    }
  }

  override async *digests(repository: RepositoryName): AsyncIterable<Digest> {
    for (const algorithm of DIGEST_ALGORITHMS) {
      for (const hex of await list(`${this.layout.manifests(repository)}/${algorithm}`)) {
        const digest = Digest.tryParse(`${algorithm}:${hex}`);
        if (digest !== undefined) yield digest;
      }
    }
  }
}

async function list(path: string): Promise<string[]> {
  return (await readdir(path).catch(absentIfMissing)) ?? [];
}
