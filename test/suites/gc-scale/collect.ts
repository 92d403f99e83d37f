import { join } from 'node:path';

import type * as CollectionModule from '../../../src/upkeep/gc/collection.js';
import type * as StorageModule from '../../../src/storage/filesystem/filesystem-storage.js';

// The code that ships, as it was built.
const dist = join(import.meta.dirname, '../../../dist');
const { Collection } = (await import(
  join(dist, 'upkeep/gc/collection.js')
)) as typeof CollectionModule;
const { openFilesystemStorage } = (await import(
  join(dist, 'storage/filesystem/filesystem-storage.js')
)) as typeof StorageModule;

const [, , path = ''] = process.argv;
const storage = openFilesystemStorage({ path });
const options = {
  graceMs: 3_600_000,
  keepUntagged: true,
  uploadTtlMs: 3_600_000,
  sweepPasses: 16,
  now: Date.now,
};
const collection = new Collection(storage, options);
const passes: object[] = [];
for (let pass = 0; pass < 3; pass++) {
  const begin = performance.now();
  let collected = 0;
  for await (const gone of collection.run()) if (gone.kind === 'blobs') collected++;
  const seconds = Number(((performance.now() - begin) / 1_000).toFixed(2));
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
  passes.push({ seconds, collected, peakMiB });
  // What the pass itself changed is too young to be remembered.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}
process.send?.(passes);
process.disconnect();
