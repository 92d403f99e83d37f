import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { type HeadClient } from './api-heads.ts';
import { type Row } from './api-routes.ts';
import { type RunningRegistry } from './registries.ts';

/** The times of one line, in milliseconds. */
export interface Measured {
  readonly title: string;
  readonly limited: boolean;
  /** The first request of the line, which is not among the others. */
  readonly first: number;
  readonly times: readonly number[];
  /** What the other client waited for each of its requests. */
  readonly others: readonly number[];
  /** CPU time of the server for each request, with those of the other client. */
  readonly cpu: number;
  /** Memory of the server after the line. */
  readonly residentMiB: number;
}

const REQUESTS = 200;
const LEAST_REQUESTS = 3;
const MS_PER_TICK = 10;

/** Sends the requests of a line, one after the other. */
export async function measure(
  running: RunningRegistry,
  heads: HeadClient,
  { title, limited, method, target, paged, requests = REQUESTS }: Row,
  seconds: number,
): Promise<Measured> {
  await heads.take();
  const [cpuBefore, end] = [cpuMs(running), performance.now() + seconds * 1_000];
  // A connection that idled since the line before may have been closed by the server.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  let next: string | undefined;
  for (let round = 0; round <= requests; round++) {
    if (times.length > (limited ? LEAST_REQUESTS : 0) && performance.now() > end) break;
    const cursor = next === undefined ? '' : `&cursor=${next}`;
    const url = running.url + target(round) + cursor;
    const begin = performance.now();
    const { body } = await send(url, method, {
      agent,
      withinMs: limited ? undefined : end - begin,
    });
    times.push(performance.now() - begin);
    if (paged) ({ next } = JSON.parse(body) as { next?: string });
  }
  agent.destroy();
  const cpu = (cpuMs(running) - cpuBefore) / times.length;
  const [first = NaN, ...warm] = times;
  const others = await heads.take();
  return { title, limited, first, times: warm, others, cpu, residentMiB: residentMiB(running) };
}

/** Resolves when the answer is complete, or was cut after `withinMs`. Fails unless it is a success. */
export function send(
  url: string,
  method: 'GET' | 'POST',
  { agent = false, withinMs }: { agent?: Agent | false; withinMs?: number | undefined } = {},
): Promise<{ readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(pieces).toString();
        const { statusCode = 0 } = response;
        if (statusCode < 300) resolve({ body });
        else reject(new Error(`${method} ${url}: ${statusCode} ${body}`));
      });
    });
    if (withinMs !== undefined) setTimeout(() => resolve({ body: '' }), withinMs).unref();
    sent.once('error', reject).end();
  });
}

/** The environment with which a server can say how much memory it uses, in the file at `path`. */
export function probed(path: string): Readonly<Record<string, string>> {
  const probe = join(import.meta.dirname, 'memory-probe.ts');
  return { NODE_OPTIONS: `--import ${pathToFileURL(probe).href}`, BENCH_MEMORY_FILE: path };
}

/** Resolves to the memory that the objects of the server take after a full collection. */
export async function usedMiB({ pids }: RunningRegistry, path: string): Promise<number> {
  rmSync(path, { force: true });
  process.kill(pids[0] ?? 0, 'SIGUSR2');
  while (!existsSync(path)) await sleep(20);
  return Number(readFileSync(path, 'utf8')) / 2 ** 20;
}

export function residentMiB({ pids }: RunningRegistry): number {
  const status = readFileSync(`/proc/${pids[0]}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

function cpuMs({ pids }: RunningRegistry): number {
  const stat = readFileSync(`/proc/${pids[0]}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
