/**
 * Runs in a server. At SIGUSR2 it collects the heap and writes to `BENCH_MEMORY_FILE` what is left, in bytes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const path = process.env['BENCH_MEMORY_FILE'] ?? '';

process.on('SIGUSR2', () => {
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(`${path}~`, String(heapUsed + external));
  renameSync(`${path}~`, path);
});
