import { deepEqual, equal, match } from 'node:assert/strict';
import { docker, inspect } from './command.ts';

const BASE = 'debian:bookworm-slim';
const LAYERS = ['dpkg --list > /packages.txt', 'tar -cf /programs.tar /usr/bin'];
const COMMAND = 'CMD ["grep", "--count", "^ii", "/packages.txt"]';

/**
 * A real image of three layers and some 100 MB, none of them in use: once it is removed, docker has to fetch it all.
 * Made by commits, because a builder would keep the layers in its cache.
 */
export class SampleImage {
  readonly repository = 'proof/sample';
  readonly tag = 'v1';
  readonly name = `${this.repository}:${this.tag}`;
  #id = '';
  #digest = '';

  /** What docker calls its manifest, known from the first push on. */
  get digest(): string {
    return this.#digest;
  }

  async build(): Promise<void> {
    let parent = BASE;
    for (const command of LAYERS) {
      const container = await docker('create', '--network=none', parent, 'sh', '-c', command);
      await docker('start', '--attach', container);
      await docker('commit', '--change', COMMAND, container, this.name);
      await docker('rm', container);
      parent = this.name;
    }
    this.#id = String(await inspect(this.name, '.Id'));
  }

  async pushTo(address: string): Promise<void> {
    await docker('tag', this.name, `${address}/${this.name}`);
    await docker('push', '--quiet', `${address}/${this.name}`);
    this.#digest = await this.#digestAt(address);
  }

  /** Pulls it where it is no longer known, checks that it is the same, and runs it. */
  async pullBackFrom(address: string): Promise<string> {
    const name = `${address}/${this.name}`;
    await docker('rmi', name, this.name, BASE);
    const progress = await docker('pull', name);
    equal(progress.match(/Pull complete/g)?.length, 1 + LAYERS.length, progress);
    equal(await this.#digestAt(address), this.#digest);
    await this.isSame(name);
    return `${(Number(await inspect(name, '.Size')) / 1e6).toFixed(0)} MB`;
  }

  /** An image's id is the digest of its configuration, which names the content of every layer. */
  async isSame(name: string): Promise<void> {
    deepEqual(await inspect(name, '.Id'), this.#id);
    match(await docker('run', '--rm', '--network=none', name), /^\d\d+$/);
  }

  async #digestAt(address: string): Promise<string> {
    const digests = (await inspect(`${address}/${this.name}`, '.RepoDigests')) as string[];
    const prefix = `${address}/${this.repository}@`;
    const own = digests.find((digest) => digest.startsWith(prefix));
    if (own === undefined) throw new Error(`docker knows no digest of it: ${digests.join(' ')}`);
    return own.slice(prefix.length);
  }
}
