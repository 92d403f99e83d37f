import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { type Registry } from './registries.ts';
import { markdownTable, table, type Line } from './table.ts';

export interface Run {
  readonly command: string;
  readonly rounds: number;
  readonly scale: number;
  readonly seconds: number;
  readonly machine: Readonly<Record<string, string>>;
  readonly berth: Registry;
  readonly peers: readonly Registry[];
  readonly lines: readonly Line[];
}

/** Writes docs/benchmarks.md: the figures of a run, and all that one needs to know to make them again. */
export async function writePage(run: Run): Promise<void> {
  const path = join(PROJECT_ROOT, 'docs/benchmarks.md');
  const options = await resolveConfig(path);
  writeFileSync(path, await format(page(run), { ...options, filepath: path }));
}

function page(run: Run): string {
  return `# Benchmarks

Written by \`${run.command}\` on ${new Date().toISOString().slice(0, 10)}, in ${Math.round(run.seconds)} s. Do not edit it: run that again
(\`.ci/install-tools bench\` installs the peers). What the figures come from is in [performance.md](performance.md).

${markdownTable(
  ['what', 'which'],
  [
    ...Object.entries(run.machine),
    ...[run.berth, ...run.peers].map(({ name, version }) => [name, version] as const),
    ['rounds', String(run.rounds)],
    ['amount', `${run.scale} of the usual one`],
  ],
)}

${table(run.lines)}

- The peer is the better of ${run.peers.map(({ name }) => name).join(' and ') || 'none'} in each column and each round, so it may be two of them
  in one line. A **ratio** above 1 is in Berth's favour: its rate to the peer's, the peer's processor time to Berth's, and the
  peer's milliseconds to Berth's. It is the median of the rounds; the spread is the least and the greatest of them.
- Only ratios mean something elsewhere: server and client share one machine, and what else it did meanwhile is in every figure.
- CPU is that of the server's whole process tree: seconds per GB, or microseconds per operation. CPU client is what the load
  program took for the same against Berth. Peak is the largest proportional set size of the tree during the workload; of the
  peers, that of the smaller.
- ×8 is eight connections that send one request after the other. A push is POST, a PATCH in chunks of 32 KiB, and PUT, as
  docker does it. Its content is new each time.
- Pushes are durable, as Berth's are by default: nothing is acknowledged before it is on the disk. "no fsync" is
  \`REGISTRY_STORAGE_FSYNC=false\`. The peers have no such switch: in every line they force bytes to the disk, and distribution
  also the directories that files are moved to.
- "through nginx" is \`REGISTRY_BLOB_DELIVERY=x-accel\` with the nginx of the compose file in front, without TLS; its processor time is
  in the figures. The peers stand as they are.
- Before a workload is measured, it is done a little, so that no server is measured while it warms up.
- Everything else is at its default, with no log of requests on either side; the peers with the cache of blobs in memory that
  their own configuration has.
- HEAD during pushes: asked 200 times a second while four clients push 64 MiB each, durably; the time runs from when the
  request was due. The CPU is that of the pushes.
`;
}
