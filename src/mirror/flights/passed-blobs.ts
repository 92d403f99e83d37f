import { type RemoteBlob } from '../../client/registry-client.js';
import { RegistryError } from '../../domain/errors.js';
import { requireSize } from './download.js';
import { isFull, type Unstorable } from './flight-failures.js';
import { type BlobToGet, type FlightsParts } from './flights.js';
import { PassedBlob, type WantedWhole } from './passed-blob.js';
import { type Slots } from '../upstream/slots.js';

/** After how many seconds a client may ask a registry again that is read-only. */
const READ_ONLY_RETRY_S = 60;

export interface PassedBlobsParts extends FlightsParts {
  readonly slots: Slots;
  /** Is given when the registry stops. */
  readonly signal: AbortSignal;
}

/** A blob from its first byte on. */
interface Begun {
  readonly part: RemoteBlob;
  /** Ends its body. */
  readonly end: AbortController;
}

/** The blobs that are passed on to clients and not stored. Each client has a download of its own. */
export class PassedBlobs {
  /** Those that are open, each with what resolves when it is closed. */
  private readonly opened = new Map<PassedBlob, Promise<void>>();

  constructor(private readonly parts: PassedBlobsParts) {}

  /**
   * Opens a blob for one client, or resolves to `undefined` if the upstream does not have it.
   *
   * @param why the blob cannot be stored
   * @throws RemoteFailure, WrongContent, RegistryError `too-many-requests`, or for `why` if nobody knows the size of the blob
   */
  async open(wanted: BlobToGet, why: Unstorable): Promise<PassedBlob | undefined> {
    const giveBack = await this.parts.slots.take();
    try {
      const blob = await this.begin(wanted, why, giveBack);
      if (blob === undefined) giveBack();
      return blob;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** How many are open. */
  get count(): number {
    return this.opened.size;
  }

  /** Waits until those that are open are closed. */
  async idle(): Promise<void> {
    await Promise.all(this.opened.values());
  }

  private async begin(
    { remote, digest, size: named }: BlobToGet,
    why: Unstorable,
    giveBack: () => void,
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
      return this.add({ remote, digest, size }, { part, end }, giveBack);
    } catch (error) {
      end.abort();
      throw error;
    }
  }

  private add(wanted: WantedWhole, begun: Begun, giveBack: () => void): PassedBlob {
    const closed: PromiseWithResolvers<void> = Promise.withResolvers();
    const onClose = (): void => {
      giveBack();
      this.opened.delete(blob);
      closed.resolve();
    };
    const blob = new PassedBlob(wanted, { ...this.parts, onClose }, begun);
    this.opened.set(blob, closed.promise);
    return blob;
  }
}

function readOnly(): RegistryError {
  const message =
    'the registry is read-only, and the upstream does not say how large the blob is, so it cannot be passed on';
  const advice = 'try again when its operator has switched this off';
  const detail = { retryAfter: READ_ONLY_RETRY_S, advice };
  return new RegistryError('upstream-unavailable', message, detail);
}
