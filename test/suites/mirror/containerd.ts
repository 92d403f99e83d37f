import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Bench } from '../clients/bench.js';
import { ENDS_WITH_US } from '../clients/leftovers.js';

const READY_WITHIN_MS = 20_000;

/** A separate containerd, with a folder of `hosts.toml` files, which shares nothing with one of the machine. */
export class Containerd {
  private constructor(
    private readonly bench: Bench,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(bench: Bench): Promise<Containerd> {
    const folder = await bench.emptyFolder('containerd');
    const config = join(folder, 'config.toml');
    await writeFile(config, configuration(folder));
    const [program, ...args] = [...ENDS_WITH_US, 'containerd', '--config', config];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.pipe(createWriteStream(join(folder, 'containerd.log')));
    const containerd = new Containerd(bench, folder, child);
    bench.beforeStop(() => containerd.stop());
    await containerd.untilReady();
    return containerd;
  }

  /** Writes the `hosts.toml` of a registry. */
  async setHost(registry: string, text: string): Promise<void> {
    await mkdir(join(this.folder, 'certs.d', registry), { recursive: true });
    await writeFile(join(this.folder, 'certs.d', registry, 'hosts.toml'), text);
  }

  /** Pulls and unpacks an image. */
  async pull(image: string): Promise<void> {
    const hosts = ['--hosts-dir', join(this.folder, 'certs.d')];
    // Needs no overlays, and no mounts.
    const unpack = ['--snapshotter', 'native'];
    await this.ctr('images', 'pull', ...hosts, ...unpack, image);
  }

  /** Resolves to the digest of a pulled image. */
  async digestOf(image: string): Promise<string | undefined> {
    const listed = await this.ctr('images', 'list', `name==${image}`);
    return /sha256:[0-9a-f]{64}/.exec(listed)?.[0];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }

  private ctr(...args: string[]): Promise<string> {
    return this.bench.run('ctr', ['--address', join(this.folder, 'containerd.sock'), ...args]);
  }

  private async untilReady(): Promise<void> {
    const late = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const answer = await this.ctr('version').catch(() => undefined);
      if (answer !== undefined) return;
      if (Date.now() > late || this.child.exitCode !== null) break;
      await sleep(100);
    }
    await this.stop();
    const log = await readFile(join(this.folder, 'containerd.log'), 'utf8');
    throw new Error(`containerd does not start:\n${log.slice(-4_000)}`);
  }
}

function configuration(folder: string): string {
  return [
    'version = 2',
    `root = "${join(folder, 'root')}"`,
    `state = "${join(folder, 'state')}"`,
    // What Kubernetes uses needs a network.
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = "${join(folder, 'containerd.sock')}"`,
    '',
  ].join('\n');
}
