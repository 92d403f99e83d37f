import { afterEach, beforeEach, describe, it } from 'node:test';

import { storageContract } from 'berth-registry/storage-contract';

import { openMapStorage } from './map-storage.ts';

storageContract(
  { describe, it, beforeEach, afterEach },
  'map',
  async (options) => {
    const storage = openMapStorage(options);
    return { storage, dispose: () => storage.close() };
  },
  { garbage: false },
);
