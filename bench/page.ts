import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { type Registry } from './registries.ts';
import { scaleSection } from './scale-page.ts';
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

/** Writes docs/benchmarks.md: the figures of a run, and how to reproduce them. */
export async function writePage(run: Run): Promise<void> {
  const path = join(PROJECT_ROOT, 'docs/benchmarks.md');
  const options = await resolveConfig(path);
  writeFileSync(
    path,
    await format(`${page(run)}\n${scaleSection()}`, { ...options, filepath: path }),
  );
}

function page(run: Run): string {
  return `# Benchmarks

Written by \`${run.command}\` on ${new Date().toISOString().slice(0, 10)}, in ${Math.round(run.seconds)} s. Do not edit it: run that again
(\`.ci/install-tools bench\` installs the peers). [performance.md](performance.md) explains the figures.

${markdownTable(
  ['what', 'which'],
  [
    ...Object.entries(run.machine),
    ...[run.berth, ...run.peers].map(({ name, version }) => [name, version] as const),
    ['rounds', String(run.rounds)],
    ['amount', `${run.scale} of the usual amount`],
  ],
)}

${table(run.lines)}

- The peer is the better of ${run.peers.map(({ name }) => name).join(' and ') || 'none'} in each column and each round, so one line may
  show two of them. A **ratio** above 1 is in Berth's favour: Berth's rate divided by the peer's, the peer's CPU time divided by
  Berth's, and the peer's milliseconds divided by Berth's. It is the median of the rounds; the spread is their range.
- Only the ratios apply to other machines: server and client share this one, and its other activity is in every figure.
- CPU is that of the server's whole process tree: seconds per GB, or microseconds per operation. CPU client is the CPU time
  of the load program for the same with Berth. Peak is the largest proportional set size of the tree during the workload; for the
  peers, the smaller one.
- ×8 is eight connections that send one request after the other. A push is POST, a PATCH in chunks of 32 KiB, and PUT, as
  docker does it, with new content each time.
- Pushes are durable, as is Berth's default: nothing is acknowledged before it is on the disk. "no fsync" is
  \`REGISTRY_STORAGE_FSYNC=false\`. The peers have no such setting: in every line they sync bytes to the disk, and distribution
  also syncs the directories to which it moves files.
- "through nginx" is \`REGISTRY_BLOB_DELIVERY=x-accel\` with the nginx of the compose file in front, without TLS; its CPU time is
  included. The peers are unchanged.
- Each workload runs for a short time before it is measured, so that the servers are warm.
- Everything else is at its default, without a log of requests; the peers have the cache of blobs in memory that
  their own configuration sets.
- HEAD during pushes: 200 requests a second while four clients push 64 MiB each, durably; the time starts when the
  request was due. The CPU is that of the pushes.
`;
}
