import { deepEqual, equal, match } from 'node:assert/strict';
import { docker, inspect } from './command.ts';

const BASE = 'debian:bookworm-slim';
const LAYERS = ['dpkg --list > /packages.txt', 'tar -cf /programs.tar /usr/bin'];
const COMMAND = 'CMD ["grep", "--count", "^ii", "/packages.txt"]';

/**
 * A real image of three layers and about 100 MB, which no other image uses: after a removal, docker
 * has to fetch all of it.
 *
 * Made by commits, because a builder would keep the layers in its cache.
 */
export class SampleImage {
  readonly repository = 'proof/sample';
  readonly tag = 'v1';
  readonly name = `${this.repository}:${this.tag}`;
  #localName = this.name;
  #id = '';
  #digest = '';

  /** Returns the only local name of the image. */
  get localName(): string {
    return this.#localName;
  }

  /** Returns the digest of the manifest, known after the first push. */
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
    await docker('rmi', BASE);
  }

  async pushTo(address: string): Promise<void> {
    await this.#rename(`${address}/${this.name}`);
    await docker('push', '--quiet', this.localName);
    const digests = (await inspect(this.localName, '.RepoDigests')) as string[];
    equal(digests.length, 1);
    this.#digest = digests.join().replace(/^.*@/, '');
  }

  /** Removes the image from docker, pulls every layer by a name, checks that the image is the same, and runs it. */
  async pullAfresh(name: string): Promise<string> {
    await docker('rmi', this.localName);
    this.#localName = name;
    const progress = await docker('pull', name);
    equal(progress.match(/Pull complete/g)?.length, 1 + LAYERS.length, progress);
    // An image's id is the digest of its config, which names the content of every layer.
    deepEqual(await inspect(name, '.Id'), this.#id);
    match(await docker('run', '--rm', '--network=none', name), /^\d\d+$/);
    return `${(Number(await inspect(name, '.Size')) / 1e6).toFixed(0)} MB`;
  }

  async #rename(name: string): Promise<void> {
    if (name === this.#localName) return;
    await docker('tag', this.localName, name);
    await docker('rmi', this.localName);
    this.#localName = name;
  }
}
