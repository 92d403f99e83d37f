import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './bench.js';
import type { Finished } from './command.js';
import { ENDS_WITH_US } from './leftovers.js';

const READY_WITHIN_MS = 30_000;
const END_WITHIN_MS = 30_000;

/** A separate Docker engine without a network, which shares nothing with an engine of the machine. */
export class DockerDaemon {
  readonly #bench: Bench;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(bench: Bench, folder: string, flags: readonly string[]) {
    this.#bench = bench;
    this.#folder = folder;
    const [program, ...args] = [...ENDS_WITH_US, 'dockerd', ...daemonFlags(folder), ...flags];
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(this.#logFile());
    this.#child.stdout?.pipe(log, { end: false });
    this.#child.stderr?.pipe(log, { end: false });
    this.#child.once('close', () => log.end());
  }

  /** Starts it with overlay2, or with plain folders if the file system does not support overlays. */
  static async start(bench: Bench, flags: readonly string[] = []): Promise<DockerDaemon> {
    const complaints: string[] = [];
    for (const driver of ['overlay2', 'vfs']) {
      const all = ['--storage-driver', driver, ...flags];
      const daemon = new DockerDaemon(bench, await bench.emptyFolder(driver), all);
      bench.beforeStop(() => daemon.stop());
      if (await daemon.#ready()) return daemon;
      complaints.push(await daemon.#log());
    }
    throw new Error(`dockerd does not start:\n${complaints.join('\n')}`);
  }

  docker(...args: string[]): Promise<string> {
    return this.#bench.run('docker', args, this.#environment());
  }

  attempt(...args: string[]): Promise<Finished> {
    return this.#bench.attempt('docker', args, this.#environment());
  }

  /** Builds with the BuildKit of the engine, which Debian's client uses without a plugin. */
  buildWithKit(...args: string[]): Promise<string> {
    const environment = { ...this.#environment(), DOCKER_BUILDKIT: '1' };
    return this.#bench.run('/usr/bin/docker', ['build', ...args], environment);
  }

  async stop(): Promise<void> {
    if (this.#ended()) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  }

  async #ready(): Promise<boolean> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!this.#ended() && Date.now() < deadline) {
      if ((await this.attempt('info')).code === 0) return true;
      await sleep(200);
    }
    await this.stop();
    return false;
  }

  #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #environment(): NodeJS.ProcessEnv {
    // Uses the builder in the engine, because the other one is a plugin that not every docker
    // client has.
    return { DOCKER_HOST: `unix://${join(this.#folder, 'docker.sock')}`, DOCKER_BUILDKIT: '0' };
  }

  #logFile(): string {
    return join(this.#folder, 'dockerd.log');
  }

  async #log(): Promise<string> {
    return (await readFile(this.#logFile(), 'utf8')).slice(-4_000);
  }
}

function daemonFlags(folder: string): string[] {
  return [
    ...['--bridge=none', '--iptables=false', '--ip6tables=false'],
    ...['--data-root', join(folder, 'data')],
    ...['--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'docker.pid')],
    ...['--host', `unix://${join(folder, 'docker.sock')}`],
    // Matters only if the machine runs a containerd, which dockerd would then use.
    ...['--containerd-namespace', 'berth-clients'],
    ...['--containerd-plugins-namespace', 'berth-clients-plugins'],
  ];
}
