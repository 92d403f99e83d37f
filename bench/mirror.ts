/**
 * Measures what a mirror costs: the first pull of an image against one from the other registry itself, and pulls of an image that is
 * stored against those of the same image that was pushed.
 *
 * Both run in turn in each round, so other activity on the machine affects both alike. Missed goals are printed, and do not fail it.
 *
 *   npm run bench:mirror
 *   npm run bench:mirror -- --link 1GiB/s --rounds 20 --only cold
 *   npm run bench:mirror -- --disk      stores into TMPDIR, not into memory
 */
import { parseArgs } from 'node:util';

import { costOf, spreadOf } from './figures.ts';
import { goalsTable, parseLink, speedText, type Goal } from './goals.ts';
import { buildLoad, type LoadResult } from './load.ts';
import { IMAGE, loadOf, MIRRORED, startLink, startMirror, type LoadImage } from './mirror-pulls.ts';
import { berth, storeInMemory, type RunningRegistry } from './registries.ts';

const ROUNDS = 10;
/** What a network of 1 Gbit/s has. */
const USUAL_LINK = '119MiB/s';
/** Four layers of 64 MiB: 256 MiB. */
const COLD: LoadImage = { repository: IMAGE, content: 'cold', layers: 4 };
/** What a mirror is warmed up by: a new process is slow at first. */
const BEFORE: LoadImage = { repository: 'bench/before', content: 'before', layers: 1 };
const WARM: LoadImage = { repository: IMAGE, content: 'warm', layers: 1 };
const COLD_AT_LEAST = 0.8;
const WARM_AT_MOST = 1.03;
const PARTS = ['cold', 'warm'];

/** CPU time is counted in hundredths of a second. Short requests take about one second with so many times the usual number. */
const OF_SHORT = 4;

const WARM_WORKLOADS: readonly (readonly [id: string, title: string, times: number])[] = [
  ['image-head-tag', 'HEAD of a tag', OF_SHORT],
  ['image-get-tag', 'GET of a manifest by tag', OF_SHORT],
  ['image-get-small', 'GET of a blob of 10 KiB', OF_SHORT],
  ['image-get-large', 'GET of a blob of 64 MiB', 1],
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(ROUNDS) },
      link: { type: 'string', default: USUAL_LINK },
      only: { type: 'string' },
      scale: { type: 'string', default: '1' },
      disk: { type: 'boolean', default: false },
    },
  });
  const [rounds, scale, link] = [
    Number(values.rounds),
    Number(values.scale),
    parseLink(values.link),
  ];
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is ${values.rounds}; allowed: a whole number from 1`);
  }
  if (values.only !== undefined && !PARTS.includes(values.only)) {
    throw new Error(`--only is ${values.only}; allowed: ${PARTS.join(', ')}`);
  }
  buildLoad();
  if (!values.disk) storeInMemory();
  const upstream = await berth().start();
  try {
    if (values.only !== 'warm') await measureCold(upstream, rounds, link, values.link);
    if (values.only !== 'cold') await measureWarm(upstream, rounds, scale);
  } finally {
    await upstream.stop();
  }
}

/** Prints how fast an empty mirror gives an image, compared with the other registry. */
async function measureCold(
  upstream: RunningRegistry,
  rounds: number,
  bytesPerSecond: number,
  linkText: string,
): Promise<void> {
  for (const image of [COLD, BEFORE]) await loadOf(upstream, 'image-push', image);
  const link = await startLink(upstream, bytesPerSecond);
  try {
    const linked = await inRounds(rounds, `cold, ${linkText}`, (round) => coldRound(link, round));
    const plain = await inRounds(rounds, 'cold, no limit', (round) => coldRound(upstream, round));
    console.log(
      'First pull of an image of 256 MiB through an empty mirror, and from the other registry itself\n',
    );
    printSpeeds(`link of ${linkText}`, linked);
    printSpeeds(
      'loopback without a limit, where both registries and the client share the cores',
      plain,
    );
    console.log(
      `\n${goalsTable([
        {
          what: `throughput, link of ${linkText}`,
          ratios: throughputs(linked),
          atLeast: COLD_AT_LEAST,
        },
        { what: 'throughput, loopback without a limit', ratios: throughputs(plain) },
      ])}\n`,
    );
  } finally {
    await link.stop();
  }
}

interface Pair {
  readonly mirrored: LoadResult;
  readonly direct: LoadResult;
}

async function coldRound(source: RunningRegistry, round: number): Promise<Pair> {
  const mirror = await startMirror(source.url);
  try {
    await loadOf(mirror, 'image-pull', { ...BEFORE, repository: `up/${BEFORE.repository}` });
    return await pairOf(
      round,
      () => loadOf(mirror, 'image-pull', { ...COLD, repository: MIRRORED }),
      () => loadOf(source, 'image-pull', COLD),
    );
  } finally {
    await mirror.stop();
  }
}

/** Prints what pulls of a mirrored image cost the server, compared with those of the same image that was pushed. */
async function measureWarm(
  upstream: RunningRegistry,
  rounds: number,
  scale: number,
): Promise<void> {
  await loadOf(upstream, 'image-push', WARM);
  const mirror = await startMirror(upstream.url);
  const mirrored = { ...WARM, repository: MIRRORED };
  try {
    await loadOf(mirror, 'image-push', WARM);
    // Stores it, and remembers what the tag points to.
    for (const workload of ['image-pull', 'image-get-tag'])
      await loadOf(mirror, workload, mirrored);
    const goals: Goal[] = [];
    for (const [id, title, times] of WARM_WORKLOADS) {
      const pair = (round: number): Promise<Pair> =>
        pairOf(
          round,
          () => loadOf(mirror, id, mirrored, scale * times),
          () => loadOf(mirror, id, WARM, scale * times),
        );
      // A process is slow at what it has not done yet.
      await pair(0);
      const pairs = await inRounds(rounds, `warm, ${title}`, pair);
      const ratios = pairs.map(({ mirrored, direct }) => costOf(mirrored) / costOf(direct));
      goals.push({ what: `CPU, ${title}`, ratios, atMost: WARM_AT_MOST });
    }
    console.log(
      'CPU time of the server for an image of a mirror that is stored, divided by that for one that was pushed\n',
    );
    console.log(goalsTable(goals));
  } finally {
    await mirror.stop();
  }
}

/** Measures both, each first in every other round. */
async function pairOf(
  round: number,
  ofMirror: () => Promise<LoadResult>,
  ofOther: () => Promise<LoadResult>,
): Promise<Pair> {
  if (round % 2 === 1) {
    const direct = await ofOther();
    return { mirrored: await ofMirror(), direct };
  }
  const mirrored = await ofMirror();
  return { mirrored, direct: await ofOther() };
}

async function inRounds(
  rounds: number,
  what: string,
  work: (round: number) => Promise<Pair>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`round ${round + 1}/${rounds}: ${what}\n`);
    pairs.push(await work(round));
  }
  return pairs;
}

function throughputs(pairs: readonly Pair[]): number[] {
  return pairs.map(({ mirrored, direct }) => direct.seconds / mirrored.seconds);
}

function printSpeeds(where: string, pairs: readonly Pair[]): void {
  const speed = (results: readonly LoadResult[]): string =>
    speedText(spreadOf(results.map(({ amount, seconds }) => (amount * 1e6) / seconds)));
  const mirrored = speed(pairs.map((pair) => pair.mirrored));
  const direct = speed(pairs.map((pair) => pair.direct));
  const cpu = spreadOf(pairs.map((pair) => costOf(pair.mirrored)));
  console.log(
    `- ${where}: mirror ${mirrored}, direct ${direct}, CPU of the mirror ${cpu.median.toFixed(2)} s/GB`,
  );
}

// Handles signals with `exit`, so that servers and files are removed, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
