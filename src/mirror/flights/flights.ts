import { LRUCache } from 'lru-cache';

import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type PartLog } from '../../log/log.js';
import { type OpenBlob } from '../../storage/ports/blob-store.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type Upstream } from '../upstream/upstream.js';
import { Flight, type KeptUpload } from './flight.js';
import { Slots } from '../upstream/slots.js';
import { isFull, isUnstorable, ReadOnlyNow, type Unstorable } from './flight-failures.js';
import { PassedBlobs } from './passed-blobs.js';
import { type Wanted } from './download.js';
import { type Spool } from './spool.js';

/** How many broken downloads are remembered. The storage removes their uploads in time. */
const MAX_KEPT = 1_000;

/** How long a download waits for its turn, in milliseconds. */
const PATIENCE_MS = 30_000;

/** For how many milliseconds nothing more is stored after the storage had no room. */
const FULL_MS = 10_000;

/** What the flights of a mirror need. */
export interface FlightsParts {
  readonly upstream: Upstream;
  readonly plan: Pick<MirrorPlan, 'name' | 'connections'>;
  readonly storage: Pick<Storage, 'blobs' | 'uploads'>;
  readonly log: PartLog;
  /** Keeps downloads for clients if the storage cannot. */
  readonly spool: Spool;
  /** Whether content may be stored now. */
  readonly mayStore: () => Promise<boolean>;
  /** Called for the bytes that the upstream sends. */
  readonly onReceived: (bytes: number) => void;
  /** Called when a download fails whose blob clients already read. */
  readonly onFailure: () => void;
  /** How many bytes a blob may have whose size nobody says. */
  readonly maxUnnamedBytes: number;
  /** After how many milliseconds a broken download is tried again first; by default 500. */
  readonly firstWaitMs?: number | undefined;
  /** How many milliseconds a download waits for its turn; by default 30,000. */
  readonly patienceMs?: number | undefined;
  /** For how many milliseconds a client may keep others waiting without taking what is passed on to it; by default 60,000. */
  readonly slowMs?: number | undefined;
  /** For how many milliseconds a storage without room is not tried again; by default 10,000. */
  readonly fullMs?: number | undefined;
  /** Returns the time of a clock that is never set back, in milliseconds. */
  readonly now: () => number;
}

/** A blob that a repository of the mirror is to get. */
export interface BlobToGet extends Wanted {
  readonly repository: RepositoryName;
}

/** The downloads of one mirror in this process. All who want the same blob of a repository follow the same one. */
export class Flights {
  private readonly running = new Map<string, Flight>();
  /** What broken downloads left, by repository and digest. */
  private readonly kept = new LRUCache<string, KeptUpload>({ max: MAX_KEPT });
  private readonly slots: Slots;
  private readonly end = new AbortController();
  private readonly passed: PassedBlobs;
  /** The calls of `open` that have no answer yet. */
  private readonly opening = new Set<Promise<unknown>>();
  /** That the storage had no room, and until when it is not tried again. */
  private full: { readonly why: RegistryError; readonly until: number } | undefined;

  constructor(private readonly parts: FlightsParts) {
    this.slots = new Slots(parts.plan.connections, parts.patienceMs ?? PATIENCE_MS, tooMany);
    this.passed = new PassedBlobs({ ...parts, slots: this.slots, signal: this.end.signal });
  }

  /**
   * Opens a blob that the storage does not have yet, as soon as its first bytes are on the way. While nothing can be stored, it is passed
   * on. Resolves to `undefined` if the upstream does not have it.
   *
   * @throws RemoteFailure, RegistryError `too-many-requests`, and `storage-full` or `upstream-unavailable` if it cannot be passed on
   */
  async open(wanted: BlobToGet): Promise<OpenBlob | undefined> {
    const opening = this.followOrPass(wanted);
    this.opening.add(opening);
    try {
      return await opening;
    } finally {
      this.opening.delete(opening);
    }
  }

  /**
   * Downloads a blob that the storage does not have yet, also if nobody reads it. Resolves to whether the upstream has it.
   *
   * @param signal ends the wait, but not the download
   * @throws RemoteFailure, WrongContent, RegistryError, or the reason of the signal
   */
  async store(wanted: BlobToGet, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const flight = this.flightOf(wanted);
    const ended = flight.ended.then(async () => (await flight.begun) !== undefined);
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    try {
      const exists = await Promise.race([ended, aborted.promise]);
      if (flight.failure !== undefined) throw flight.failure;
      return exists;
    } catch (error) {
      if (!(error instanceof ReadOnlyNow)) throw error;
      throw new RegistryError('denied', 'the registry is read-only, so nothing is stored');
    } finally {
      signal.removeEventListener('abort', abort);
      ended.catch(() => undefined);
    }
  }

  /** Resolves to the size of a blob that is being downloaded, or to `undefined` if none is. */
  async sizeOf(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    const flight = this.running.get(keyOf(repository, digest));
    const blob = await flight?.begun.catch(ignoreUnstorable);
    return blob === 'stored' ? undefined : blob?.size;
  }

  /** How many downloads run or wait. */
  get count(): number {
    return this.running.size + this.passed.count;
  }

  /** Whether a download for the repository runs or waits. */
  isFetching(repository: RepositoryName): boolean {
    return [...this.running.keys()].some((key) => key.startsWith(`${repository} `));
  }

  /** Waits until no download runs or waits. */
  async idle(): Promise<void> {
    while (this.opening.size + this.count > 0) {
      // A download that cannot be stored goes on as one that is passed on.
      await Promise.allSettled(this.opening);
      await this.ended();
      await this.passed.idle();
    }
  }

  /** Ends all downloads. No other process knows their uploads, so the storage removes them in time. */
  async close(): Promise<void> {
    this.end.abort();
    await this.ended();
  }

  private async ended(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private async followOrPass(wanted: BlobToGet): Promise<OpenBlob | undefined> {
    try {
      return await this.follow(wanted);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      return this.pass(wanted, error);
    }
  }

  /** Opens a blob by the download that all its readers share. @throws ReadOnlyNow, and the errors of the storage */
  private async follow(wanted: BlobToGet): Promise<OpenBlob | undefined> {
    const blob = await this.flightOf(wanted).begun;
    return blob === 'stored'
      ? this.parts.storage.blobs.open(wanted.repository, wanted.digest)
      : blob?.open();
  }

  private pass(wanted: BlobToGet, why: Unstorable): Promise<OpenBlob | undefined> {
    if (isFull(why) && why !== this.full?.why) {
      this.full = { why, until: this.parts.now() + (this.parts.fullMs ?? FULL_MS) };
    }
    return this.passed.open(wanted, why);
  }

  /** @throws ReadOnlyNow, or RegistryError `storage-full` if the storage had no room a moment ago */
  private async requireStoring(): Promise<void> {
    if (!(await this.parts.mayStore())) throw new ReadOnlyNow();
    if (this.full !== undefined && this.parts.now() < this.full.until) throw this.full.why;
  }

  private flightOf(wanted: BlobToGet): Flight {
    const key = keyOf(wanted.repository, wanted.digest);
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const flight = new Flight(wanted, {
      ...this.parts,
      requireStoring: () => this.requireStoring(),
      pass: (blob, why) => this.pass(blob, why),
      slots: this.slots,
      signal: this.end.signal,
      kept: this.kept.get(key),
    });
    this.kept.delete(key);
    this.running.set(key, flight);
    void flight.ended.then((kept) => {
      this.running.delete(key);
      if (kept !== undefined) this.kept.set(key, kept);
    });
    return flight;
  }
}

function keyOf(repository: RepositoryName, digest: Digest): string {
  return `${repository} ${digest}`;
}

function ignoreUnstorable(error: unknown): undefined {
  if (!isUnstorable(error)) throw error;
}

function tooMany(patienceMs: number): RegistryError {
  return new RegistryError('too-many-requests', 'the mirror downloads too much at once', {
    retryAfter: Math.ceil(patienceMs / 1_000),
    advice: 'try again later; the operator can allow more by `connections` in the mirrors file',
  });
}
