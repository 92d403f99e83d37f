import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { OCI_INDEX } from '../../../../src/domain/media-type.js';
import {
  collect,
  publish,
  pushArtifact,
  pushImage,
  repo,
  tag,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { Reachability } from '../../../../src/storage/protocol/collect/reachability.js';
import { collectorPartsOf, storeCollectorOf } from '../../../support/store-collector.js';

const HOME = repo('team/app');
const REFERRERS = 8_000;
/** A call may have about 120,000 arguments. */
const ENTRIES = 150_000;

/** Other work gets a turn at least this often, also on a busy machine. */
const TURN_MS = 500;

describe('a collection in the memory storage', () => {
  let storage: Storage;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 1024 ** 3 });
  });
  afterEach(() => storage.close());

  const pass = (keepUntagged = false) =>
    collect(
      storeCollectorOf(storage).collect({
        graceMs: 0,
        keepUntagged,
        uploadTtlMs: 60_000,
        clockAheadMs: 10_000,
      }),
    );

  it('of many referrers of one subject lets other work run', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    for (let count = 0; count < REFERRERS; count++) {
      await pushArtifact(storage, HOME, image.descriptor);
    }
    const watch = new TurnWatch();

    expect(await pass()).toEqual([]);

    expect(watch.stop()).toBeLessThan(TURN_MS);
  });

  it('of many referrers collects them all when the subject is gone', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    for (let count = 0; count < 1_000; count++) {
      await pushArtifact(storage, HOME, image.descriptor);
    }
    await storage.tags.remove(HOME, tag('1.0'));

    const collected = await pass();

    expect(collected.filter(({ kind }) => kind === 'manifests')).toHaveLength(1_001);
  });

  it('follows an index with more entries than a function may have arguments', async () => {
    const entry = { mediaType: OCI_INDEX, digest: `sha256:${'0'.repeat(64)}`, size: 1 };
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: Array(ENTRIES).fill(entry) };
    const bytes = Buffer.from(JSON.stringify(index));
    const digest = await publish(storage, HOME, bytes, { tags: ['1.0'], sparse: 'all' });
    const { garbage, manifests } = collectorPartsOf(storage);
    const parts = { garbage: garbage.of(HOME), manifests };

    const found = await Reachability.look({ repository: HOME, ...parts }, false);

    expect(found.keeps({ kind: 'manifests', digest })).toBe(true);
  });
});

/** Measures the longest CPU time in which nothing else could run. Other processes do not count, however busy the machine is. */
class TurnWatch {
  private last = cpuMs();
  private worst = 0;
  private readonly timer = setInterval(() => this.look(), 5);

  stop(): number {
    clearInterval(this.timer);
    this.look();
    return this.worst;
  }

  private look(): void {
    const now = cpuMs();
    this.worst = Math.max(this.worst, now - this.last);
    this.last = now;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
