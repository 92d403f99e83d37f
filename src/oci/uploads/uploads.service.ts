import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { type Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { atMost, exactly } from '../../domain/streams.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { BlobStore } from '../../storage/ports/blob-store.js';
import { unknownUpload } from '../../storage/protocol/failures.js';
import { pushBlob } from '../../storage/protocol/push-blob.js';
import { UploadStore, type HeldUpload } from '../../storage/ports/upload-store.js';
import { EmptySessions } from './empty-sessions.js';
import { PatientOpening } from './patient-opening.js';

/** The bytes of a request, with their announced length and position. */
export interface Chunk {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly length: number | undefined;
  readonly range: ByteRange | undefined;
}

/** Uploads: OCI Distribution Specification, "Pushing blobs" and "Mounting a blob from another repository". */
@Injectable()
export class UploadsService {
  private running = 0;
  private readonly empty: EmptySessions;
  private readonly opening: PatientOpening;

  constructor(
    private readonly uploads: UploadStore,
    private readonly blobs: BlobStore,
    @Inject(section('content')) private readonly settings: ContentSettings,
  ) {
    this.empty = new EmptySessions(uploads);
    this.opening = new PatientOpening(uploads);
  }

  /**
   * Begins a session.
   *
   * @param owner the login or the network of the client
   * @param by the login, if there is one
   * @throws RegistryError `too-many-requests` if too many sessions got no bytes
   */
  begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    owner: string,
    by?: string,
  ): Promise<UploadSession> {
    return this.empty.begin(repository, algorithm, owner, by);
  }

  /**
   * Links a blob of `from`, or of any repository if `from` is not given. Resolves to whether `repository` has the blob now.
   *
   * @param mayPull a source that it refuses is treated as missing
   */
  async mount(
    repository: RepositoryName,
    digest: Digest,
    from: RepositoryName | undefined,
    mayPull: (source: RepositoryName) => boolean,
  ): Promise<boolean> {
    if (from !== undefined) return mayPull(from) && this.blobs.link(repository, digest, from);
    // Clients ask this way before they push a layer again, and then the look at other repositories is not needed.
    if ((await this.blobs.stat(repository, digest)) !== undefined) return true;
    for await (const holder of this.blobs.holders(digest)) {
      if (mayPull(holder) && (await this.blobs.link(repository, digest, holder))) return true;
    }
    return false;
  }

  /** Stores a whole blob from one request. A failed push leaves nothing. @throws RegistryError `digest-mismatch` */
  push(
    repository: RepositoryName,
    digest: Digest,
    { bytes, length }: Chunk,
    by?: string,
  ): Promise<void> {
    const limited = this.withinUploadLimit({ bytes, length, range: undefined }, 0);
    return this.withUploadSlot(() =>
      pushBlob(this.uploads, repository, digest, limited, length, by),
    );
  }

  /** Resolves to the session's state. @throws RegistryError `upload-unknown` */
  async status(repository: RepositoryName, id: UploadId): Promise<UploadSession> {
    const session = await this.uploads.find(repository, id);
    if (session === undefined) throw unknownUpload();
    return session;
  }

  /**
   * Appends a chunk and resolves to the new offset.
   *
   * @throws RegistryError `upload-unknown`, `upload-busy`, `upload-offset`, `size-invalid`
   */
  async append(repository: RepositoryName, id: UploadId, chunk: Chunk): Promise<number> {
    const append = (upload: HeldUpload) => this.appendChunk(upload, chunk);
    const offset = await this.withUpload(repository, id, append);
    if (offset > 0) this.empty.forget(id);
    return offset;
  }

  /**
   * Appends the last chunk, which may be empty, and turns the session into a blob, whose size it resolves to. After a mismatch the
   * session stays open.
   *
   * @throws RegistryError as `append`, and `digest-mismatch`
   */
  async close(
    repository: RepositoryName,
    id: UploadId,
    digest: Digest,
    chunk: Chunk,
  ): Promise<number> {
    try {
      return await this.withUpload(repository, id, async (upload) => {
        await this.appendChunk(upload, chunk);
        const size = await upload.commit(digest);
        this.empty.forget(id);
        return size;
      });
    } catch (error) {
      // A client that lost the response to its last request sends it again.
      const isGone = error instanceof RegistryError && error.kind === 'upload-unknown';
      const size = isGone ? await this.blobs.stat(repository, digest) : undefined;
      if (size === undefined) throw error;
      return size;
    }
  }

  /** Ends a session without a blob. @throws RegistryError `upload-unknown` */
  async cancel(repository: RepositoryName, id: UploadId): Promise<void> {
    await this.withUpload(repository, id, (upload) => upload.discard());
    this.empty.forget(id);
  }

  private async withUpload<T>(
    repository: RepositoryName,
    id: UploadId,
    work: (upload: HeldUpload) => Promise<T>,
  ): Promise<T> {
    // Waiting takes no slot: many requests for one held session would keep all other clients from pushing.
    const upload = await this.opening.open(repository, id);
    try {
      return await this.withUploadSlot(() => work(upload));
    } finally {
      await upload.release();
    }
  }

  /** Runs `work` as one of at most `maxUploads` at a time. @throws RegistryError `too-many-requests` */
  private async withUploadSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.settings.maxUploads) {
      throw new RegistryError('too-many-requests', 'too many uploads at once', {
        retryAfter: 1,
        limit: this.settings.maxUploads,
      });
    }
    this.running++;
    return work().finally(() => this.running--);
  }

  private appendChunk(upload: HeldUpload, chunk: Chunk): Promise<number> {
    const { length, range } = chunk;
    if (range !== undefined && range.start !== upload.offset) {
      throw new RegistryError('upload-offset', 'the chunk does not begin where the upload ends', {
        offset: upload.offset,
        received: range.start,
      });
    }
    const bytes = this.withinUploadLimit(chunk, upload.offset);
    if (range === undefined) return upload.append(bytes, length);
    return upload.append(exactly(bytes, rangeLength(range)), rangeLength(range));
  }

  /** Yields the chunk's bytes while the upload stays within the limit. @throws RegistryError `upload-too-large` */
  private withinUploadLimit(
    { bytes, length = 0 }: Chunk,
    offset: number,
  ): AsyncIterable<Uint8Array> {
    const { maxUploadBytes } = this.settings;
    if (maxUploadBytes === 0) return bytes;
    if (offset + length > maxUploadBytes) throw tooLarge(maxUploadBytes);
    return atMost(bytes, maxUploadBytes - offset, () => tooLarge(maxUploadBytes));
  }
}

function tooLarge(maxBytes: number): RegistryError {
  return new RegistryError('upload-too-large', `uploads are limited to ${maxBytes} bytes`, {
    limit: maxBytes,
    setting: 'REGISTRY_MAX_UPLOAD_BYTES',
  });
}
