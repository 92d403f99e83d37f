import { RemoteFailure } from '../../client/registry-client.js';
import { RegistryError } from '../../domain/errors.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type HeldUpload } from '../../storage/ports/upload-store.js';
import { type OpenBlob } from '../../storage/ports/blob-store.js';
import { Download, requireSize } from './download.js';
import { isFull, reportFailure, shownFailure } from './flight-failures.js';
import { type BlobToGet, type FlightsParts } from './flights.js';
import { GrowingBlob, HELD_BACK_BYTES } from './growing-blob.js';
import { type SpoolFile } from './spool-file.js';
import { type Slots } from '../upstream/slots.js';
import { WrongContent } from '../upstream/wrong-content.js';

/** The upload of a download that broke. */
export interface KeptUpload {
  readonly id: UploadId;
  /** The size of the whole blob in bytes. */
  readonly size: number;
}

export interface FlightParts extends FlightsParts {
  readonly slots: Slots;
  readonly signal: AbortSignal;
  /** What an earlier download of the same blob left. */
  readonly kept: KeptUpload | undefined;
  /** @throws an error if nothing can be stored now */
  readonly requireStoring: () => Promise<void>;
  /** Opens the blob for one reader without storing it, because the storage has no room. */
  readonly pass: (wanted: BlobToGet, why: RegistryError) => Promise<OpenBlob | undefined>;
}

/** A blob that can be read, `stored` if the storage has it, or `undefined` if the upstream does not have it. */
type Begun = GrowingBlob | 'stored' | undefined;

/** An upload that the flight holds. */
interface Held {
  readonly id: UploadId;
  readonly upload: HeldUpload;
}

/** The download of one blob into the storage, with all who read it meanwhile. It goes on when they leave. */
export class Flight {
  /** Resolves when the download has ended: to what it left, if it can be continued. */
  readonly ended: Promise<KeptUpload | undefined>;
  /** Only its first settling counts. */
  private readonly start = Promise.withResolvers<Begun>();
  /** The blob that its readers follow, once its size is known. */
  private blob: GrowingBlob | undefined;
  /** What they read meanwhile, if the storage cannot read the upload. */
  private spooled: SpoolFile | undefined;
  private reason: unknown;
  /** What an earlier download left, until this one holds it. */
  private left: KeptUpload | undefined;

  constructor(
    private readonly wanted: BlobToGet,
    private readonly parts: FlightParts,
  ) {
    this.left = parts.kept;
    // Its readers may have left.
    this.begun.catch(() => undefined);
    this.ended = this.fly().catch((error: unknown) => {
      this.reason ??= error;
      this.start.reject(error);
      return this.left;
    });
  }

  /** Why the download failed, once it has ended; `undefined` if it did not. */
  get failure(): Error | undefined {
    const { reason } = this;
    if (reason === undefined || reason instanceof Error) return reason;
    return new Error('the download failed', { cause: reason });
  }

  /** Resolves when the blob can be read. Rejects if the download did not begin. */
  get begun(): Promise<Begun> {
    return this.start.promise;
  }

  private async fly(): Promise<KeptUpload | undefined> {
    const giveBack = await this.parts.slots.take();
    try {
      const { repository, digest } = this.wanted;
      // Another download of it may have ended since the caller looked.
      const size = await this.parts.storage.blobs.stat(repository, digest);
      if (size === undefined) {
        await this.parts.requireStoring();
        const held = await this.hold();
        this.left = undefined;
        return await this.fill(held);
      }
      this.start.resolve('stored');
      return undefined;
    } finally {
      giveBack();
    }
  }

  /** Holds the upload of an earlier download, or a new one. */
  private async hold(): Promise<Held> {
    const { kept, storage } = this.parts;
    const { repository, digest } = this.wanted;
    const { uploads } = storage;
    const upload = kept && (await uploads.open(repository, kept.id).catch(ignoreRegistryErrors));
    if (kept !== undefined && upload !== undefined) {
      if (upload.offset < kept.size) return { id: kept.id, upload };
      await upload.discard();
    }
    const { id } = await uploads.begin(repository, digest.algorithm);
    return { id, upload: await uploads.open(repository, id) };
  }

  private async fill(held: Held): Promise<KeptUpload | undefined> {
    const end = new AbortController();
    const signal = AbortSignal.any([this.parts.signal, end.signal]);
    try {
      await this.download(held.upload, signal);
      return undefined;
    } catch (error) {
      return await this.fail(held, error);
    } finally {
      // Ends a body that is not read to its end.
      end.abort();
      await this.spooled?.close();
    }
  }

  private async download(upload: HeldUpload, signal: AbortSignal): Promise<void> {
    const { remote, digest } = this.wanted;
    const part = await this.parts.upstream.ask((client) =>
      client.blob(remote, digest, upload.offset, signal),
    );
    if (part === undefined) {
      this.start.resolve(undefined);
      return upload.discard();
    }
    const size = this.wanted.size ?? part.size;
    requireSize(part, { digest, size });
    if (size !== undefined) await this.show(size, upload);
    const onGrowth = (): void => this.blob?.grew();
    const wanted = { remote, digest, size };
    const download = new Download(wanted, { ...this.parts, signal, onGrowth }, upload.offset);
    const announced = size === undefined ? 0 : size - upload.offset;
    const bytes = download.bytes(part);
    await upload.append(this.spooled?.keeping(bytes) ?? bytes, announced);
    await this.commit(upload);
  }

  /** Lets clients read the blob while it is stored. */
  private async show(size: number, upload: HeldUpload): Promise<void> {
    const { blobs } = this.parts.storage;
    const { repository, remote, digest } = this.wanted;
    // Nobody has the bytes that an earlier download has left in such an upload.
    if (upload.read === undefined && upload.offset === 0 && size > HELD_BACK_BYTES) {
      const name = `${this.parts.plan.name}: ${digest} of ${remote}`;
      this.spooled = await this.parts.spool.open(size - HELD_BACK_BYTES, name);
    }
    this.blob = new GrowingBlob(size, this.spooled ?? upload, () => blobs.open(repository, digest));
    this.start.resolve(this.blob);
  }

  private async commit(upload: HeldUpload): Promise<void> {
    // A spool file outlasts the hold.
    if (this.spooled === undefined) this.blob?.ending();
    try {
      await upload.commit(this.wanted.digest);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'digest-mismatch') throw error;
      throw new WrongContent(`the upstream sends other content than ${this.wanted.digest}`);
    }
    this.blob?.stored();
    this.start.resolve('stored');
  }

  /** Ends the readers. Resolves to what was kept. */
  private async fail(held: Held, error: unknown): Promise<KeptUpload | undefined> {
    this.reason = error;
    reportFailure(error, this.wanted, this.parts);
    try {
      return await this.leave(held, error);
    } finally {
      // A client that is cut may ask again at once, and must not find this flight any more.
      await this.spooled?.close();
      this.start.reject(error);
      this.endReaders(error);
    }
  }

  private endReaders(error: unknown): void {
    const { blob, parts } = this;
    if (blob === undefined) return;
    if (isFull(error)) {
      blob.passedOn(() => this.passOn(blob.size, error), error);
      return;
    }
    if (!parts.signal.aborted) parts.onFailure();
    blob.failed(shownFailure(error, parts));
  }

  private async passOn(size: number, why: RegistryError): Promise<OpenBlob | undefined> {
    try {
      return await this.parts.pass({ ...this.wanted, size }, why);
    } catch (error) {
      throw shownFailure(error, this.parts);
    }
  }

  /** Keeps what can be continued, and deletes the rest. */
  private async leave({ id, upload }: Held, error: unknown): Promise<KeptUpload | undefined> {
    const { kept, signal } = this.parts;
    const size = this.blob?.size ?? (kept?.id === id ? kept.size : undefined);
    const canGoOn = error instanceof RemoteFailure || signal.aborted;
    if (size === undefined || upload.offset === 0 || !canGoOn) {
      await upload.discard();
      return undefined;
    }
    await upload.release();
    return { id, size };
  }
}

function ignoreRegistryErrors(error: unknown): undefined {
  if (!(error instanceof RegistryError)) throw error;
}
