import { blobStoreContract } from './blob-store.js';
import { changeEventsContract } from './change-events.js';
import { collectorContract } from './collector.js';
import { collectorPreviewsContract } from './collector-previews.js';
import { concurrencyContract } from './concurrency.js';
import { heldUploadContract } from './held-upload.js';
import { instancesContract } from './instances.js';
import { leasesContract } from './leases.js';
import { liveNotesContract } from './live-notes.js';
import { manifestStoreContract } from './manifest-store.js';
import { outboxContract } from './outbox.js';
import { referrersContract } from './referrers.js';
import { repositoryCatalogContract } from './repository-catalog.js';
import { repositoryNamesContract } from './repository-names.js';
import { secretStoreContract } from './secret-store.js';
import { statisticsContract } from './statistics.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { tagChangesContract } from './tag-changes.js';
import { tagExpectationsContract } from './tag-expectations.js';
import { tagHistoryContract } from './tag-history.js';
import { tagSizesContract } from './tag-sizes.js';
import { tagStoreContract } from './tag-store.js';
import { type TestRunner } from './test-runner.js';
import { uploadReadContract } from './upload-read.js';
import { uploadStoreContract } from './upload-store.js';
import { usageStoreContract } from './usage-store.js';

/** The optional abilities of an adapter. */
export interface Abilities {
  /** Whether the storage has a `collector`. `true` if absent. */
  readonly garbage?: boolean;
  /** Whether a held upload can be read while it is written (`HeldUpload.read`). `false` if absent. */
  readonly uploadReads?: boolean;
  /** Whether the storage has `live`. `false` if absent. */
  readonly liveNotes?: boolean;
}

/**
 * Declares the tests of all promises of the storage ports. An adapter that passes them can serve a registry.
 *
 * @param factory opens an empty storage before each test, and must pass `staleAfterMs` on to the adapter
 */
export function storageContract(
  runner: TestRunner,
  name: string,
  factory: StorageFactory,
  { garbage = true, uploadReads = false, liveNotes = false }: Abilities = {},
): void {
  const { describe } = runner;
  describe(`${name} storage`, () => {
    describe('BlobStore', () => blobStoreContract(runner, factory));
    describe('UploadStore', () => uploadStoreContract(runner, factory));
    describe('HeldUpload', () => heldUploadContract(runner, factory));
    if (uploadReads) describe('HeldUpload.read', () => uploadReadContract(runner, factory));
    describe('ManifestStore', () => manifestStoreContract(runner, factory));
    describe('ManifestStore.referrers', () => referrersContract(runner, factory));
    describe('TagStore', () => tagStoreContract(runner, factory));
    describe('changes of tags', () => tagChangesContract(runner, storagePerTest(runner, factory)));
    describe('changes of tags that expect a state', () =>
      tagExpectationsContract(runner, storagePerTest(runner, factory)));
    describe('TagStore.history', () => tagHistoryContract(runner, storagePerTest(runner, factory)));
    describe('RepositoryCatalog', () => repositoryCatalogContract(runner, factory));
    describe('any repository name', () => repositoryNamesContract(runner, factory));
    describe('writers at the same time', () => concurrencyContract(runner, factory));
    if (garbage) {
      describe('Collector', () => collectorContract(runner, factory));
      describe('Collector.preview', () => collectorPreviewsContract(runner, factory));
    }
    describe('SecretStore', () => secretStoreContract(runner, factory));
    describe('Statistics', () => statisticsContract(runner, factory));
    describe('Statistics.sizedTags', () => tagSizesContract(runner, factory));
    describe('UsageStore', () => usageStoreContract(runner, storagePerTest(runner, factory)));
    describe('the events', () =>
      changeEventsContract(runner, storagePerTest(runner, factory), garbage));
    describe('Outbox', () => outboxContract(runner, factory));
    describe('Storage.lease', () => leasesContract(runner, factory));
    if (liveNotes) describe('LiveNotes', () => liveNotesContract(runner, factory));
    describe('two instances over the same data', () => instancesContract(runner, factory));
  });
}
