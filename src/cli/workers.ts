import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';

import { type Settings } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

/** A worker that dies at once, over and over, must not take the machine with it. */
const RESTART_AFTER_MS = 500;

/** Called with each worker by the process that starts it. */
export interface WorkersHooks {
  /** All serve, at this port. */
  readonly onServing: (port: number) => void;
  /** One died, and another takes its place. */
  readonly onDeath: (pid: number | undefined, how: string) => void;
}

/**
 * Serves with several processes, which this one starts, replaces when they die, and ends on SIGTERM and SIGINT.
 *
 * Ends the process itself when all have ended.
 * @throws PlainFailure when the first ones do not come to serve
 */
export async function serveWithWorkers(
  { server, storage }: Settings,
  hooks: WorkersHooks,
): Promise<void> {
  if (storage.driver === 'memory') {
    throw new PlainFailure(
      'REGISTRY_WORKERS: the memory storage belongs to one process; set REGISTRY_STORAGE_DRIVER=filesystem, or one worker',
    );
  }
  const pool = new WorkerPool(hooks);
  // Seeds were loaded by this process already.
  const environment = { REGISTRY_SEED_PATH: '' };
  const ports = await Promise.all(
    Array.from({ length: server.workers }, () => pool.start(environment)),
  );
  hooks.onServing(ports[0] ?? server.port);
}

class WorkerPool {
  private ending = false;

  constructor(private readonly hooks: WorkersHooks) {
    process.on('SIGTERM', () => this.end('SIGTERM')).on('SIGINT', () => this.end('SIGINT'));
  }

  /** Starts a worker and answers the port that it serves; it is replaced when it dies after that. */
  async start(environment: Readonly<Record<string, string>>): Promise<number> {
    const worker = cluster.fork(environment);
    const port = await portOf(worker);
    worker.once('exit', () => {
      if (this.ending) return this.exitIfLast();
      this.hooks.onDeath(worker.process.pid, howItEnded(worker));
      void this.replace(environment);
    });
    return port;
  }

  private async replace(environment: Readonly<Record<string, string>>): Promise<void> {
    while (!this.ending) {
      await delay(RESTART_AFTER_MS);
      const started = await this.start(environment).then(
        () => true,
        () => false,
      );
      if (started) return;
    }
  }

  private end(signal: NodeJS.Signals): void {
    if (this.ending) return;
    this.ending = true;
    for (const worker of living()) worker.process.kill(signal);
    this.exitIfLast();
  }

  private exitIfLast(): void {
    if (living().length === 0) process.exit(0);
  }
}

function living(): Worker[] {
  const all = Object.values(cluster.workers ?? {});
  return all.filter((worker) => worker !== undefined).filter((worker) => !worker.isDead());
}

function portOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('listening', ({ port }) => resolve(port));
    // It has said why by itself.
    worker.once('exit', () =>
      reject(new PlainFailure(`a worker ended at its start (${howItEnded(worker)})`)),
    );
  });
}

function howItEnded({ process: { signalCode, exitCode } }: Worker): string {
  return signalCode ?? `code ${exitCode}`;
}
