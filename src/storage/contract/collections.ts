import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type CollectedEntry, type Collector } from '../ports/collector.js';
import { collect, repo, type BuiltImage } from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';

export const HOME = repo('team/app');
export const OTHER = repo('team/other');
export const HOUR_MS = 3_600_000;

/** Rules that delete all unreachable content at once. */
export const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: HOUR_MS };

interface RunOptions {
  readonly keepUntagged?: boolean;
  readonly graceMs?: number;
  /** How many milliseconds seem to have passed. */
  readonly later?: number;
  readonly repository?: typeof HOME;
}

/** What the tests of `Collector` do with the storage of the running test. */
interface Collections {
  readonly collector: () => Collector;

  /** Collects as if `later` milliseconds had passed, and returns the entries of a repository. */
  readonly run: (options?: RunOptions) => Promise<CollectedEntry[]>;

  /** Whether the manifest, the config and all layers exist. */
  readonly isWhole: (image: BuiltImage) => Promise<boolean>;
}

/** Returns functions that use the storage of the running test. */
export function collectionsOf(subject: StorageOfTest): Collections {
  function collector(): Collector {
    const { collector: present } = subject.storage;
    assert.ok(present, 'the storage has no collector: declare the contract with garbage: false');
    return present;
  }
  return {
    collector,
    async run({ later = 10_000, repository = HOME, ...rules } = {}) {
      const pass = collector().collect({ ...RULES, clockAheadMs: later, repository, ...rules });
      return (await collect(pass)).filter((one) => 'digest' in one);
    },
    async isWhole({ digest, config, layers }) {
      const { blobs, manifests } = subject.storage;
      const found = await Promise.all([
        manifests.stat(HOME, digest),
        ...[config, ...layers].map((bytes) => blobs.stat(HOME, Digest.of(bytes))),
      ]);
      return found.every((one) => one !== undefined);
    },
  };
}
