export { storageContract, type Abilities } from '../storage/contract/storage-contract.js';
export {
  type StorageFactory,
  type StorageOptions,
  type StorageUnderTest,
} from '../storage/contract/storage-under-test.js';
export { type TestRunner } from '../storage/contract/test-runner.js';
