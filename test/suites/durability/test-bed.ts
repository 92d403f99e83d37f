import { join } from 'node:path';

import { startServer, type ServerProcess } from '../../support/server-process.ts';
import { failed, type Finding } from './findings.ts';
import { Ledger } from './ledger.ts';
import { LoopFilesystem } from './loop-filesystem.ts';
import type { Pusher } from './push-blob.ts';
import { RegistryClient } from './registry-client.ts';

interface RunningServer {
  readonly process: ServerProcess;
  readonly client: RegistryClient;
}

/** A store on its own file system, its server, and what clients were promised. */
export class TestBed {
  readonly ledger = new Ledger();
  private readonly filesystem: LoopFilesystem;
  private readonly environment: Readonly<Record<string, string>>;
  private server: RunningServer | undefined;
  private output = '';
  private readonly removeNow = (): void => this.remove();

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.environment = environment;
    this.filesystem = LoopFilesystem.create(folder);
    // The server must end before the creator of the folder removes it.
    process.prependOnceListener('exit', this.removeNow);
  }

  /** Returns what clients of the running server need. */
  get pusher(): Pusher {
    if (this.server === undefined) throw new Error('no server is running');
    return { client: this.server.client, ledger: this.ledger };
  }

  /** The directory of the store. */
  get storagePath(): string {
    return join(this.filesystem.mountPoint, 'registry');
  }

  get isRunning(): boolean {
    return this.server !== undefined;
  }

  /** Returns the last output of the last server. */
  get lastOutput(): string {
    return this.server?.process.output() ?? this.output;
  }

  async start(): Promise<void> {
    const process = await startServer({
      driver: 'filesystem',
      storagePath: this.storagePath,
      environment: { REGISTRY_LOG_LEVEL: 'warn', ...this.environment },
    });
    this.server = { process, client: new RegistryClient(process.url) };
  }

  /** Kills the server. Returns what it did wrong while it ran. */
  async kill(): Promise<Finding[]> {
    const server = this.server;
    if (server === undefined) return [];
    const findings = server.client.serverErrors.map((error) =>
      failed('request', 'an answer', error),
    );
    if (isRunning(server.process.pid)) await server.process.kill();
    else findings.push(failed('server', 'the process', 'ended by itself'));
    server.client.close();
    this.output = server.process.output();
    this.server = undefined;
    return findings;
  }

  /** Cuts the power, and restores it. The server is not started. */
  async cutPower(): Promise<Finding[]> {
    this.server?.client.expectErrors();
    await this.filesystem.cutPower();
    const findings = await this.kill();
    await this.filesystem.unmount();
    this.filesystem.mount();
    return findings;
  }

  async close(): Promise<Finding[]> {
    const findings = await this.kill();
    process.off('exit', this.removeNow);
    this.remove();
    return findings;
  }

  private remove(): void {
    const pid = this.server?.process.pid;
    if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGKILL');
    this.filesystem.remove();
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
