import { type Storage } from '../ports/storage.js';
import { type TestRunner } from './test-runner.js';

/** A storage made for one test, empty at its beginning. */
export interface StorageUnderTest {
  readonly storage: Storage;

  /** Opens a second instance over the same data; left out where the adapter cannot have one. */
  reopen?(): Promise<Storage>;

  /** Ends all instances and leaves nothing behind. */
  dispose(): Promise<void>;
}

/** What a test wants the adapter to do otherwise than it does of its own accord. */
export interface StorageOptions {
  /** After how many milliseconds without a write the holder of an upload is relieved; the adapter's own when absent. */
  readonly staleAfterMs?: number;
}

/** Opens an empty storage. Called before each test, whose `afterEach` disposes of it. */
export type StorageFactory = (options: StorageOptions) => Promise<StorageUnderTest>;

/** What each test of a `describe` works on: an own storage, made before it and disposed of after it. */
export interface StorageOfTest {
  readonly storage: Storage;

  /** A second instance over the same data; the same one again where the adapter cannot have two. */
  secondInstance(): Promise<Storage>;
}

/** Gives each test of the surrounding `describe` a storage of its own. */
export function storagePerTest(
  { beforeEach, afterEach }: TestRunner,
  factory: StorageFactory,
  options: StorageOptions = {},
): StorageOfTest {
  let current: StorageUnderTest | undefined;
  const present = (): StorageUnderTest => {
    if (current === undefined) throw new Error('there is a storage within a test only');
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
