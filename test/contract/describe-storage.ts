import { describe } from '@jest/globals';

import { blobStoreContract } from './blob-store.contract.js';
import { concurrencyContract } from './concurrency.contract.js';
import { heldUploadContract } from './held-upload.contract.js';
import { instancesContract } from './instances.contract.js';
import { manifestStoreContract } from './manifest-store.contract.js';
import { referrersContract } from './referrers.contract.js';
import { repositoryCatalogContract } from './repository-catalog.contract.js';
import { repositoryNamesContract } from './repository-names.contract.js';
import { type StorageFactory } from './storage-under-test.js';
import { tagStoreContract } from './tag-store.contract.js';
import { uploadStoreContract } from './upload-store.contract.js';

/**
 * Declares the tests of every promise that the storage ports make, for the adapter that `factory` creates.
 *
 * An adapter that passes them can serve a registry. `factory` is called before each test and must answer an empty storage;
 * it hands `staleAfterMs` on to the adapter, or the tests of the takeover fail.
 */
export function describeStorage(name: string, factory: StorageFactory): void {
  describe(`${name} storage`, () => {
    describe('BlobStore', () => blobStoreContract(factory));
    describe('UploadStore', () => uploadStoreContract(factory));
    describe('HeldUpload', () => heldUploadContract(factory));
    describe('ManifestStore', () => manifestStoreContract(factory));
    describe('ManifestStore.referrers', () => referrersContract(factory));
    describe('TagStore', () => tagStoreContract(factory));
    describe('RepositoryCatalog', () => repositoryCatalogContract(factory));
    describe('any repository name', () => repositoryNamesContract(factory));
    describe('writers at the same time', () => concurrencyContract(factory));
    describe('two instances over the same data', () => instancesContract(factory));
  });
}
