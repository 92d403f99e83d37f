import {
  Digest,
  newUploadId,
  RegistryError,
  UploadStore,
  type DigestAlgorithm,
  type HeldUpload,
  type RepositoryName,
  type UploadId,
  type UploadSession,
} from 'berth-registry';

import { type MapBlobStore } from './map-blobs.ts';

/** A session, its acknowledged bytes, and the writer who holds it. */
interface Upload {
  readonly session: Omit<UploadSession, 'offset'>;
  readonly chunks: Uint8Array[];
  lastWritten: number;
  holder: object | undefined;
}

export class MapUploadStore extends UploadStore {
  private readonly uploads = new Map<UploadId, Upload>();
  private readonly blobs: MapBlobStore;
  private readonly staleAfterMs: number;

  constructor(blobs: MapBlobStore, staleAfterMs: number) {
    super();
    this.blobs = blobs;
    this.staleAfterMs = staleAfterMs;
  }

  override async begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    by?: string,
  ): Promise<UploadSession> {
    const session = { id: newUploadId(), repository, algorithm, ...(by !== undefined && { by }) };
    this.uploads.set(session.id, {
      session,
      chunks: [],
      lastWritten: Date.now(),
      holder: undefined,
    });
    return { ...session, offset: 0 };
  }

  override async find(
    repository: RepositoryName,
    id: UploadId,
  ): Promise<UploadSession | undefined> {
    const upload = this.lookUp(repository, id);
    return upload && sessionOf(upload);
  }

  override async open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    const upload = this.lookUp(repository, id);
    if (upload === undefined)
      throw new RegistryError('upload-unknown', 'the upload does not exist');
    const idle = Date.now() - upload.lastWritten;
    if (upload.holder !== undefined && idle <= this.staleAfterMs) {
      throw new RegistryError('upload-busy', 'another request is writing to this upload');
    }
    return new HeldMapUpload(upload, {
      commit: (digest, bytes) => this.blobs.claim(repository, digest, bytes),
      forget: () => this.uploads.delete(id),
    });
  }

  override async *idleSince(time: number): AsyncIterable<UploadSession> {
    for (const upload of [...this.uploads.values()]) {
      if (upload.lastWritten < time) yield sessionOf(upload);
    }
  }

  private lookUp(repository: RepositoryName, id: UploadId): Upload | undefined {
    const upload = this.uploads.get(id);
    return upload?.session.repository === repository ? upload : undefined;
  }
}

interface Ways {
  readonly commit: (digest: Digest, bytes: Uint8Array) => void;
  readonly forget: () => void;
}

class HeldMapUpload implements HeldUpload {
  private readonly upload: Upload;
  private readonly ways: Ways;

  constructor(upload: Upload, ways: Ways) {
    this.upload = upload;
    this.ways = ways;
    upload.holder = this;
    upload.lastWritten = Date.now();
  }

  get offset(): number {
    return sizeOf(this.upload.chunks);
  }

  async append(source: AsyncIterable<Uint8Array>): Promise<number> {
    const received: Uint8Array[] = [];
    this.requireHold();
    try {
      for await (const chunk of source) {
        this.requireHold();
        // Copies the chunk, because the caller may reuse its memory.
        received.push(new Uint8Array(chunk));
        this.upload.lastWritten = Date.now();
      }
    } finally {
      // Keeps what came before the source threw, but nothing of a writer that lost its hold.
      if (this.holds()) this.upload.chunks.push(...received);
    }
    this.requireHold();
    return this.offset;
  }

  async commit(digest: Digest): Promise<number> {
    this.requireHold();
    const bytes = Buffer.concat(this.upload.chunks);
    if (!Digest.of(bytes, digest.algorithm).equals(digest)) {
      throw new RegistryError('digest-mismatch', 'the bytes received have another digest');
    }
    this.ways.commit(digest, bytes);
    await this.discard();
    return bytes.byteLength;
  }

  async discard(): Promise<void> {
    if (!this.holds()) return;
    this.upload.holder = undefined;
    this.ways.forget();
  }

  async release(): Promise<void> {
    if (this.holds()) this.upload.holder = undefined;
  }

  private holds(): boolean {
    return this.upload.holder === this;
  }

  private requireHold(): void {
    if (!this.holds()) throw new RegistryError('upload-offset', 'this writer has lost the upload');
  }
}

function sessionOf({ session, chunks }: Upload): UploadSession {
  return { ...session, offset: sizeOf(chunks) };
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}
