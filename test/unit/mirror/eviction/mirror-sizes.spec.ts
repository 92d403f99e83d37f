import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { MirrorSizes } from '../../../../src/mirror/eviction/mirror-sizes.js';
import { ClaimedNames } from '../../../../src/mirror/names/claimed-names.js';
import { sizeRecordOf } from '../../../../src/mirror/records/record-names.js';
import { uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { DAY, EvictionBench, LAYER_BYTES } from '../../../support/mirror/eviction-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';

const OTHER = 'docker.io/library/other';

describe('the bytes of a mirror', () => {
  let bench: EvictionBench;
  beforeEach(() => {
    bench = new EvictionBench();
  });
  afterEach(() => bench.storage.close());

  /** Resolves to the recorded bytes, in layers. */
  async function layers(): Promise<number | undefined> {
    const size = await new MirrorSizes(bench.storage).of('docker.io');
    return size && Math.floor(size.bytes / LAYER_BYTES);
  }

  it('are not known before they were counted', async () => {
    expect(await layers()).toBeUndefined();
    expect(await bench.sizes.all(['docker.io'])).toEqual([]);
  });

  it.each([
    ['without limits', {}],
    ['that is offline', { keep: { bytes: 0 }, offline: true }],
  ])('of a mirror %s are counted, each blob once, without what others have', async (_, plan) => {
    bench.plan = planOf(plan);
    const shared = uniqueBytes(LAYER_BYTES);
    await bench.image('1', { layers: [shared] });
    await bench.image('1', { layers: [shared, uniqueBytes(LAYER_BYTES)], repository: OTHER });
    await bench.image('1', { repository: 'docker.io-not/app' });

    await bench.evict();

    expect(await layers()).toBe(2);
    const [size] = await bench.sizes.all(['docker.io', 'quay.io']);
    expect(size?.countedAt.getTime()).toBe(bench.now);
  });

  it('are those that are left after the mirror was made smaller', async () => {
    for (const name of ['1', '2', '3']) await bench.image(name);
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();

    expect(await layers()).toBe(1);
  });

  it('stay as they were while the registry is read-only', async () => {
    bench.isReadOnly = true;
    await bench.image('1');
    await bench.evict();

    expect(await layers()).toBeUndefined();
  });

  it('are forgotten with the name of the mirror, and kept with it', async () => {
    const names = new ClaimedNames(bench.storage);
    await names.claim(['docker.io']);
    await bench.image('1');
    await bench.evict();

    await names.releaseOthers(['docker.io']);
    expect(await layers()).toBe(1);
    await names.releaseOthers([]);
    expect(await layers()).toBeUndefined();
    expect(await bench.storage.secrets.list('mirrors')).toEqual([]);
  });

  it.each(['', 'null', '{}', '{"bytes":"1","countedAt":"2026-01-01"}', '{"bytes":1}'])(
    'are not known from a record that was damaged: %s',
    async (record) => {
      const name = sizeRecordOf('docker.io');
      await bench.storage.secrets.put('mirrors', name, Buffer.from(record));

      expect(await layers()).toBeUndefined();
    },
  );
});
