import { join } from 'node:path';

import type * as StorageModule from '../../../src/storage/filesystem/filesystem-storage.js';

// The built code.
const dist = join(import.meta.dirname, '../../../dist');
const { openFilesystemStorage } = (await import(
  join(dist, 'storage/filesystem/filesystem-storage.js')
)) as typeof StorageModule;

const [, , path = ''] = process.argv;
const { collector } = openFilesystemStorage({ path });
if (collector === undefined) throw new Error('the storage has no collector');
const rules = { graceMs: 3_600_000, keepUntagged: true, uploadTtlMs: 3_600_000 };
const passes: object[] = [];
for (let pass = 0; pass < 3; pass++) {
  const begin = performance.now();
  let collected = 0;
  for await (const gone of collector.collect(rules)) if (gone.kind === 'blobs') collected++;
  const seconds = Number(((performance.now() - begin) / 1_000).toFixed(2));
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
  passes.push({ seconds, collected, peakMiB });
  // Berth does not cache what the pass itself changed a moment ago.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}
process.send?.(passes);
process.disconnect();
