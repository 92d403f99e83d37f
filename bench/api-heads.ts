/**
 * A client of a registry that sends HEAD requests of manifests and blobs one after the other, in a thread of its own: so it measures
 * what the server makes it wait, and not what another client's work does.
 */
import { request, Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { once } from 'node:events';

/** Between two requests, so that this client alone does not keep the server busy. */
const PAUSE_MS = 1;

export class HeadClient {
  private readonly worker: Worker;

  /** @param urls requested in turn */
  constructor(urls: readonly string[]) {
    this.worker = new Worker(new URL(import.meta.url), { workerData: urls });
    // A failed request ends the measurement.
    this.worker.once('error', (error) => {
      throw error;
    });
  }

  /** Resolves to the milliseconds of each request since the last call. */
  async take(): Promise<number[]> {
    const answer = once(this.worker, 'message');
    this.worker.postMessage('take');
    const [times] = (await answer) as [number[]];
    return times;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

async function run(urls: readonly string[]): Promise<void> {
  let times: number[] = [];
  parentPort?.on('message', () => {
    parentPort?.postMessage(times);
    times = [];
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let at = 0; ; at++) {
    const begin = performance.now();
    await head(urls[at % urls.length] ?? '', agent);
    times.push(performance.now() - begin);
    await sleep(PAUSE_MS);
  }
}

function head(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'HEAD', agent }, (response) => {
      response.resume().once('end', resolve);
      if (response.statusCode !== 200) reject(new Error(`HEAD ${url}: ${response.statusCode}`));
    });
    sent.once('error', reject).end();
  });
}

if (!isMainThread) await run(workerData as readonly string[]);
