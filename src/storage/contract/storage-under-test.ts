import { type Storage } from '../ports/storage.js';
import { type TestRunner } from './test-runner.js';

/** The storage of one test, empty at first. */
export interface StorageUnderTest {
  readonly storage: Storage;

  /** Opens a second instance over the same data. Absent if the adapter can have only one. */
  reopen?(): Promise<Storage>;

  /** Closes all instances and deletes all data. */
  dispose(): Promise<void>;
}

/** Options that a test sets for the adapter. */
export interface StorageOptions {
  /**
   * The time in milliseconds after which the holder of an upload that has written nothing is considered dead. If absent, the
   * adapter uses its default.
   */
  readonly staleAfterMs?: number;
}

/** Opens an empty storage. It is called before each test, and the storage is disposed of after the test. */
export type StorageFactory = (options: StorageOptions) => Promise<StorageUnderTest>;

/** The storage of the running test. It is created before the test and disposed of after it. */
export interface StorageOfTest {
  readonly storage: Storage;

  /** Resolves to a second instance over the same data, or to the same instance if the adapter can have only one. */
  secondInstance(): Promise<Storage>;
}

/** Creates a new storage for each test of the surrounding `describe`. */
export function storagePerTest(
  { beforeEach, afterEach }: TestRunner,
  factory: StorageFactory,
  options: StorageOptions = {},
): StorageOfTest {
  let current: StorageUnderTest | undefined;
  const present = (): StorageUnderTest => {
    if (current === undefined) throw new Error('the storage exists only during a test');
    return current;
  };
  beforeEach(async () => {
    current = await factory(options);
  });
  afterEach(async () => {
    await current?.dispose();
    current = undefined;
  });
  return {
    get storage() {
      return present().storage;
    },
    async secondInstance() {
      const subject = present();
      return (await subject.reopen?.()) ?? subject.storage;
    },
  };
}
