import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';

import { type Settings } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

/** Keeps a worker that dies at its start from using all of the CPU. */
const RESTART_AFTER_MS = 500;

/** Called in the process that starts the workers. */
export interface WorkersHooks {
  /** All workers listen on this port. */
  readonly onServing: (port: number) => void;
  /** A worker died and is replaced. */
  readonly onDeath: (pid: number | undefined, how: string) => void;
}

/**
 * Starts several serving processes, replaces those that die, and stops them on SIGTERM and SIGINT.
 *
 * This process exits after the last of them. @throws PlainFailure when a worker fails to start
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
  // This process has already loaded the seeds.
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

  /** Starts a worker and resolves to its port. A worker that dies later is replaced. */
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
    // The worker has already printed the reason.
    worker.once('exit', () =>
      reject(new PlainFailure(`a worker ended at its start (${howItEnded(worker)})`)),
    );
  });
}

function howItEnded({ process: { signalCode, exitCode } }: Worker): string {
  return signalCode ?? `code ${exitCode}`;
}
