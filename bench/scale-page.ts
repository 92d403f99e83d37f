import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { type Check } from './checks.ts';
import { type Registry } from './registries.ts';
import { markdownTable, short } from './table.ts';

const PAGE = join(PROJECT_ROOT, 'docs/benchmarks.md');
const HEADING = '## Several instances on PostgreSQL and S3';

export interface ScaleRun {
  readonly command: string;
  readonly seconds: number;
  /** The load average of the machine before and after. */
  readonly loads: readonly [number, number];
  readonly rounds: number;
  readonly scale: number;
  readonly machine: Readonly<Record<string, string>>;
  readonly registries: readonly Registry[];
  /** The tables of the workloads and of the requests. */
  readonly lines: string;
  readonly requests: string;
  readonly growth: readonly Check[];
}

/** Returns the last section of docs/benchmarks.md, which `npm run bench` keeps. Empty if the page has none. */
export function scaleSection(): string {
  const text = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const start = text.indexOf(HEADING);
  return start < 0 ? '' : text.slice(start);
}

/** Replaces the last section of docs/benchmarks.md by the figures of a run. */
export async function writeScaleSection(run: ScaleRun): Promise<void> {
  const before = readFileSync(PAGE, 'utf8').replace(scaleSection(), '').trimEnd();
  const options = await resolveConfig(PAGE);
  const text = `${before}\n\n${section(run)}`;
  writeFileSync(PAGE, await format(text, { ...options, filepath: PAGE }));
}

function section(run: ScaleRun): string {
  const [before, after] = run.loads;
  return `${HEADING}

Written by \`${run.command}\` on ${new Date().toISOString().slice(0, 10)}, in ${Math.round(run.seconds)} s. Do not edit it: run that again
(\`.ci/install-tools scale\` and \`.ci/install-tools bench\` install the servers).

${markdownTable(
  ['what', 'which'],
  [
    ...Object.entries(run.machine),
    ...run.registries.map(({ name, version }) => [name, version] as const),
    ['rounds', String(run.rounds)],
    ['amount', `${run.scale} of the usual amount`],
    ['load average', `${short(before)} before, ${short(after)} after`],
  ],
)}

${run.lines}

- Each registry has an S3 server (versitygw) that was started empty. Berth also has a database that was created empty, on one
  PostgreSQL that syncs each commit to the disk. Nothing else is configured but the redirects of blobs.
- distribution is measured with the cache of blobs in memory that its example configuration has, and without it, which is its default.
  An instance keeps what it has in its cache although another instance removed it, so the cache is for one instance only. Berth has no
  such cache.
- A **ratio** above 1 is in Berth's favour: its rate divided by that of distribution, and the CPU time of distribution and its S3 server
  divided by that of Berth, PostgreSQL and the S3 server. It is the median of the rounds; the spread is their range. The goal is for the
  ratio of the rates.
- All servers and the client share two cores, so two instances cannot be faster than one here. Their lines show what it costs that
  each request goes to the other instance than the request before.
- A blob GET ends with the redirect, which the client does not follow. distribution also redirects HEAD requests for blobs, where the
  client does not follow either. So the figures lack what a client then waits for the store.

The requests to the S3 server, from its access log. The GETs that a client sends to it after a redirect are not counted: they are the
same for both.

${run.requests}

${growthText(run.growth)}`;
}

function growthText(growth: readonly Check[]): string {
  const rows = growth.map(({ what, value, unit, limit }) => [
    what,
    `${short(value)} ${unit}`,
    `${short(limit)} ${unit}`,
  ]);
  return `What a request costs with many rows, compared with few. The rows are made by SQL, so only the requests for blobs that were just
pushed reach an object.

${markdownTable(['what', 'measured', 'at most'], rows)}
`;
}
