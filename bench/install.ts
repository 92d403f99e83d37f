/**
 * Measures what an install of the package costs: the tarball, the files that it installs, and the start of the server.
 *
 * Packs this checkout, or uses the tarball of another one, so that two versions can be compared on one machine.
 *
 *   npm run measure:install [TARBALL]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { install, measure, pack } from '../test/suites/examples/package-checks.ts';
import { environmentWith, freePort } from '../test/support/server-process.ts';
import { median } from './figures.ts';

const STARTS = 10;

/** Prints the CPU time of a process, in microseconds, when it ends. */
const REPORT_CPU =
  'process.once("exit",()=>{const{user,system}=process.cpuUsage();console.log(user+system)})';

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'berth-install-'));
  try {
    const [given] = process.argv.slice(2);
    const tarball = given === undefined ? (await pack(work)).tarball : resolve(given);
    const folder = join(work, 'production');
    await install(tarball, folder, ['--omit=dev']);
    const { packages, files, mib } = await measure(join(folder, 'node_modules'));
    const program = join(folder, 'node_modules/berth-registry/dist/main.js');
    console.table({
      tarball: `${((await stat(tarball)).size / 1024).toFixed(0)} KiB`,
      install: `${mib.toFixed(1)} MiB in ${packages} packages, ${files} files`,
      'on the disk': `${diskMib(join(folder, 'node_modules'))} MiB`,
      'CPU of --version, best': `${bestCpuMs(program).toFixed(0)} ms`,
      'first line of serve, median': `${median(await firstLines(program, folder)).toFixed(0)} ms`,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function diskMib(folder: string): string {
  const kib = Number.parseInt(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }), 10);
  return (kib / 1024).toFixed(1);
}

function bestCpuMs(program: string): number {
  const args = ['--import', `data:text/javascript,${REPORT_CPU}`, program, '--version'];
  const times = Array.from({ length: STARTS }, () => {
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
    return Number(lines.at(-1)) / 1_000;
  });
  return Math.min(...times);
}

/** Returns, for each start, the milliseconds until the server printed its first line. */
async function firstLines(program: string, cwd: string): Promise<number[]> {
  const times: number[] = [];
  while (times.length < STARTS) times.push(await firstLineMs(program, cwd));
  return times;
}

async function firstLineMs(program: string, cwd: string): Promise<number> {
  const args = [program, 'serve', '--memory', '--port', String(await freePort())];
  const begin = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: environmentWith({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let took: number | undefined;
  const line = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([line.then(() => (took = performance.now() - begin)), ended]);
  child.kill('SIGTERM');
  await ended;
  if (took === undefined) throw new Error('the server ended without a line');
  return took;
}

await main();
