import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { nginxConfiguration } from '../../support/nginx-configuration.ts';

const READY_WITHIN_MS = 10_000;

/** nginx in the foreground, which writes only into its own folder. */
export class Nginx {
  readonly pid: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.pid = child.pid ?? 0;
  }

  /** Starts nginx with `server`, a block of its configuration that listens on `port`. */
  static async start(folder: string, port: number, server: string): Promise<Nginx> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'nginx.conf');
    await writeFile(path, nginxConfiguration(server));
    const args = ['-p', folder, '-c', path, '-e', 'stderr'];
    const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const failed = once(child, 'error').then(([error]) => {
      throw new Error('nginx does not run: `.ci/install-tools clients`', { cause: error });
    });
    const ready = untilListening(port, () => child.exitCode === null);
    if (await Promise.race([ready, failed])) return new Nginx(child);
    child.kill('SIGKILL');
    throw new Error(`nginx does not listen:\n${said}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

async function untilListening(port: number, alive: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (alive() && Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return true;
    await sleep(50);
  }
  return false;
}
