import { RegistryError } from '../../domain/errors.js';
import { requireSize } from './download.js';
import { isFull, type Unstorable } from './flight-failures.js';
import { type BlobToGet, type FlightsParts } from './flights.js';
import { PassedBlob } from './passed-blob.js';
import { type Slots } from '../upstream/slots.js';

/** After how many seconds a client may ask a registry again that is read-only. */
const READ_ONLY_RETRY_S = 60;

export interface PassedBlobsParts extends FlightsParts {
  readonly slots: Slots;
  /** Is given when the registry stops. */
  readonly signal: AbortSignal;
}

/** The blobs that are passed on to clients and not stored. Each client has a download of its own. */
export class PassedBlobs {
  /** Those that wait or are open, each as what resolves at its end. */
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: PassedBlobsParts) {}

  /**
   * Opens a blob for one client, or resolves to `undefined` if the upstream does not have it.
   *
   * @param why the blob cannot be stored
   * @throws RemoteFailure, WrongContent, RegistryError `too-many-requests`, or for `why` if nobody knows the size of the blob
   */
  async open(wanted: BlobToGet, why: Unstorable): Promise<PassedBlob | undefined> {
    const { promise, resolve }: PromiseWithResolvers<void> = Promise.withResolvers();
    this.running.add(promise);
    let giveBack = (): void => undefined;
    const onClose = (): void => {
      giveBack();
      // A client that is cut for its slowness leaves later.
      giveBack = () => undefined;
      this.running.delete(promise);
      resolve();
    };
    try {
      giveBack = await this.parts.slots.take();
      const blob = await this.begin(wanted, why, onClose);
      if (blob === undefined) onClose();
      return blob;
    } catch (error) {
      onClose();
      throw error;
    }
  }

  /** How many wait or are open. */
  get count(): number {
    return this.running.size;
  }

  /** Waits until all are closed. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async begin(
    { remote, digest, size: named }: BlobToGet,
    why: Unstorable,
    onClose: () => void,
  ): Promise<PassedBlob | undefined> {
    const end = new AbortController();
    const signal = AbortSignal.any([this.parts.signal, end.signal]);
    const part = await this.parts.upstream.ask((client) => client.blob(remote, digest, 0, signal));
    if (part === undefined) return undefined;
    try {
      const size = named ?? part.size;
      requireSize(part, { digest, size });
      // Without a size no client can tell whether it got everything.
      if (size === undefined) throw isFull(why) ? why : readOnly();
      return new PassedBlob({ remote, digest, size }, { ...this.parts, onClose }, { part, end });
    } catch (error) {
      end.abort();
      throw error;
    }
  }
}

function readOnly(): RegistryError {
  const message =
    'the registry is read-only, and the upstream does not say how large the blob is, so it cannot be passed on';
  const advice = 'try again when its operator has switched this off';
  const detail = { retryAfter: READ_ONLY_RETRY_S, advice };
  return new RegistryError('upstream-unavailable', message, detail);
}
