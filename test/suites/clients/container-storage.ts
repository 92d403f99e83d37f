import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import type { Finished } from './command.js';

export interface StorageOptions {
  /** Whether pulls fetch only the files that no stored layer has. They need overlay. */
  readonly partialPulls?: boolean;
}

/** A separate image storage for podman or buildah, which shares nothing with the machine's. */
export class ContainerStorage {
  readonly #bench: Bench;
  readonly #folder: string;
  readonly #driver: string;

  private constructor(bench: Bench, folder: string, driver: string) {
    this.#bench = bench;
    this.#folder = folder;
    this.#driver = driver;
  }

  /** Creates it with overlay, or with plain folders if the file system does not support overlays. */
  static async create(
    bench: Bench,
    name: string,
    { partialPulls = false }: StorageOptions = {},
  ): Promise<ContainerStorage> {
    const folder = await bench.emptyFolder(name);
    await mkdir(join(folder, 'tmp'));
    await writeFile(join(folder, 'containers.conf'), containersConf(folder));
    await writeFile(join(folder, 'storage.conf'), storageConf(folder, partialPulls));
    const overlay = new ContainerStorage(bench, folder, 'overlay');
    const { code, stderr } = await overlay.attempt('buildah', 'images');
    if (code === 0) return overlay;
    if (partialPulls) throw new Error(`Partial pulls need overlay: ${stderr}`);
    return new ContainerStorage(bench, folder, 'vfs');
  }

  async run(program: 'podman' | 'buildah', ...args: string[]): Promise<string> {
    return this.#bench.run(program, [...this.#flags(), ...args], this.#environment());
  }

  /** Returns the stderr of a command that must fail. */
  async fail(program: 'podman' | 'buildah', ...args: string[]): Promise<string> {
    const { code, stderr } = await this.attempt(program, ...args);
    if (code === 0) throw new Error(`${program} ${args.join(' ')} succeeded`);
    return stderr;
  }

  attempt(program: 'podman' | 'buildah', ...args: string[]): Promise<Finished> {
    return this.#bench.attempt(program, [...this.#flags(), ...args], this.#environment());
  }

  #flags(): string[] {
    const { root, run } = { root: join(this.#folder, 'root'), run: join(this.#folder, 'run') };
    return ['--root', root, '--runroot', run, '--storage-driver', this.#driver];
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      CONTAINERS_CONF: join(this.#folder, 'containers.conf'),
      CONTAINERS_STORAGE_CONF: join(this.#folder, 'storage.conf'),
    };
  }
}

function containersConf(folder: string): string {
  return [
    '[engine]',
    'cgroup_manager = "cgroupfs"',
    'events_logger = "none"',
    'lock_type = "file"',
    `tmp_dir = "${join(folder, 'tmp')}"`,
    '',
  ].join('\n');
}

function storageConf(folder: string, partialPulls: boolean): string {
  return [
    '[storage]',
    'driver = "overlay"',
    `graphroot = "${join(folder, 'root')}"`,
    `runroot = "${join(folder, 'run')}"`,
    '[storage.options]',
    `pull_options = { enable_partial_images = "${partialPulls}" }`,
    '',
  ].join('\n');
}
