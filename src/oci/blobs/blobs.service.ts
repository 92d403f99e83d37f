import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../../storage/ports/blob-store.js';

/** The blobs of a repository. A blob that only another repository has is unknown. */
@Injectable()
export class BlobsService {
  constructor(
    private readonly blobs: BlobStore,
    @Inject(section('content')) private readonly settings: ContentSettings,
  ) {}

  /** Resolves to the blob's size in bytes. @throws RegistryError `blob-unknown` */
  async size(repository: RepositoryName, digest: Digest): Promise<number> {
    return (await this.blobs.stat(repository, digest)) ?? unknownBlob(digest);
  }

  /**
   * Resolves to the file that a proxy in front sends for the blob, or to the URL that the client is sent to. `undefined` if the registry
   * sends the blob itself, as the settings say or because the storage has no such place.
   */
  async placeToSend(repository: RepositoryName, digest: Digest): Promise<BlobLocation | undefined> {
    const { blobDelivery } = this.settings;
    if (blobDelivery === 'stream') return undefined;
    const location = await this.blobs.locate(repository, digest);
    if (location === undefined) return undefined;
    return (blobDelivery === 'x-accel' ? 'file' : 'url') in location ? location : undefined;
  }

  /** Opens the blob; the caller closes it. @throws RegistryError `blob-unknown` */
  async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob> {
    return (await this.blobs.open(repository, digest)) ?? unknownBlob(digest);
  }

  /** Removes the blob from this repository. @throws RegistryError `blob-unknown` */
  async remove(repository: RepositoryName, digest: Digest): Promise<void> {
    if (!(await this.blobs.unlink(repository, digest))) unknownBlob(digest);
  }
}

function unknownBlob(digest: Digest): never {
  throw new RegistryError('blob-unknown', 'the repository has no such blob', { digest });
}
