import { type BlobStore } from './blob-store.js';
import { type Collector } from './collector.js';
import { type Lease, type LeaseTerms } from './lease.js';
import { type LiveNotes } from './live-notes.js';
import { type ManifestStore } from './manifest-store.js';
import { type Outbox } from './outbox.js';
import { type ReadOnlySwitch } from './read-only-switch.js';
import { type RepositoryCatalog } from './repository-catalog.js';
import { type SecretStore } from './secret-store.js';
import { type Statistics } from './statistics.js';
import { type TagStore } from './tag-store.js';
import { type UploadStore } from './upload-store.js';
import { type UsageStore } from './usage-store.js';
import { type Verifier } from './verifier.js';

/** One storage: all ports of one adapter over the same data. */
export abstract class Storage {
  abstract readonly blobs: BlobStore;
  abstract readonly uploads: UploadStore;
  abstract readonly manifests: ManifestStore;
  abstract readonly tags: TagStore;
  abstract readonly catalog: RepositoryCatalog;
  abstract readonly secrets: SecretStore;
  abstract readonly statistics: Statistics;
  abstract readonly usage: UsageStore;

  /** The events of everything that changes. */
  abstract readonly outbox: Outbox;

  /** Frees the space of unreachable content. Absent if the storage never collects. */
  abstract readonly collector?: Collector;

  /** Reads all stored content and reports damage. Absent if the storage cannot be damaged. */
  abstract readonly verifier?: Verifier;

  /**
   * Resolves if the storage can be read now.
   *
   * @throws an error whose message says what is wrong
   */
  abstract ready?(): Promise<void>;

  /**
   * Resolves if content can be written now, after a small write. The caller limits how often.
   *
   * @throws an error whose message says what is wrong
   */
  abstract writable?(): Promise<void>;

  /** Resolves to the number of bytes that can still be stored. Absent where that is not known. */
  abstract freeBytes?(): Promise<number>;

  /** Switches pushes and deletes off; absent where that cannot be stored. */
  abstract readonly readOnly?: ReadOnlySwitch;

  /** What the processes say about the present moment. Absent where they cannot: then nobody sees more than the events. */
  abstract readonly live?: LiveNotes;

  /**
   * Takes the lease called `name`, or resolves to `undefined` if a process holds it or released it too recently.
   *
   * @param name lower-case letters, digits and hyphens
   */
  abstract lease(name: string, terms: LeaseTerms): Promise<Lease | undefined>;

  /** Says where the data are, for the person who starts the registry. */
  abstract readonly description: string;

  abstract close(): Promise<void>;
}
