import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, startServer, type ServerProcess } from '../../support/server-process.js';
import { until } from '../../support/until.js';

/** A server of a process of its own, with metrics. */
export class ObservedServer implements AsyncDisposable {
  private constructor(
    readonly server: ServerProcess,
    /** The address of its metrics, as `HOST:PORT`. */
    readonly address: string,
    private readonly storagePath: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ObservedServer> {
    const storagePath = await mkdtemp(join(tmpdir(), 'berth-observe-'));
    const address = `127.0.0.1:${await freePort()}`;
    const server = await startServer({
      driver: 'filesystem',
      storagePath,
      environment: { REGISTRY_METRICS: address, REGISTRY_LOG_LEVEL: 'error', ...environment },
    });
    await until(() => /serves http/.test(server.output()));
    return new ObservedServer(server, address, storagePath);
  }

  /** Resolves to the metrics as text. */
  async scrape(): Promise<string> {
    const response = await fetch(`http://${this.address}/metrics`);
    if (!response.ok) throw new Error(`a scrape got ${response.status}`);
    return response.text();
  }

  /** Resolves to the process ids of the workers. */
  async workers(): Promise<number[]> {
    const { pid } = this.server;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await rm(this.storagePath, { recursive: true, force: true });
  }
}
