import { randomInt, randomUUID } from 'node:crypto';

import { Digest } from '../../../../src/domain/digest.js';
import { parseManifest } from '../../../../src/domain/manifest.js';
import { type RepositoryName } from '../../../../src/domain/repository-name.js';
import {
  buildImage,
  buildIndex,
  kindOf,
  publish,
  pushBlob,
  readBlob,
  repo,
  tag,
  type BuiltManifest,
} from '../../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { type TagName } from '../../../../src/domain/reference.js';

/** Few of each, so that the clients and the collectors meet all the time. */
const REPOSITORIES = ['one/app', 'two/app'].map(repo);
const TAGS = ['latest', 'stable', 'next'].map(tag);
const LAYERS = Array.from({ length: 12 }, (_, n) => Buffer.from(`layer ${n} of all images`));

/** What pushers and pullers saw while collectors ran. */
export class Crowd {
  published = 0;
  /** Pushes that were refused because some content had been collected meanwhile. Their clients push again. */
  refused = 0;
  pulled = 0;
  /** Tags whose content was missing, although they had not moved. */
  readonly broken: string[] = [];

  /** Pushes images that share layers, and moves the same few tags. */
  async push(storage: Storage, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.pushOne(storage);
        this.published++;
      } catch (error) {
        if (kindOf(error) !== 'manifest-blob-unknown') throw error;
        this.refused++;
      }
    }
  }

  /** Pulls what the tags point to. */
  async pull(storage: Storage, isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.pullOne(storage, oneOf(REPOSITORIES), oneOf(TAGS));
  }

  /** Pulls everything. */
  async pullAll(storage: Storage): Promise<void> {
    for (const repository of REPOSITORIES) {
      for (const name of TAGS) await this.pullOne(storage, repository, name);
    }
  }

  private async pushOne(storage: Storage): Promise<void> {
    const repository = oneOf(REPOSITORIES);
    const layers = [oneOf(LAYERS), oneOf(LAYERS), oneOf(LAYERS)];
    const image = buildImage(layers, Buffer.from(JSON.stringify({ nonce: randomUUID() })));
    for (const blob of [image.config, ...layers]) {
      await provide(storage, repository, blob);
    }
    if (randomInt(4) > 0) return this.publish(storage, repository, image, [oneOf(TAGS)]);
    await this.publish(storage, repository, image, []);
    const index = buildIndex([image.descriptor]);
    await this.publish(storage, repository, index, [oneOf(TAGS)]);
  }

  private async publish(
    storage: Storage,
    repository: RepositoryName,
    { bytes }: BuiltManifest,
    tags: readonly string[],
  ): Promise<void> {
    await publish(storage, repository, bytes, { tags });
  }

  private async pullOne(
    storage: Storage,
    repository: RepositoryName,
    name: TagName,
  ): Promise<void> {
    const before = await storage.tags.resolve(repository, name);
    if (before === undefined) return;
    const missing = await missingBelow(storage, repository, before.digest);
    this.pulled++;
    if (missing === undefined) return;
    // A tag that has moved meanwhile no longer keeps what it pointed to.
    const after = await storage.tags.resolve(repository, name);
    if (after?.digest.equals(before.digest) === true) this.broken.push(missing);
  }
}

/** Mounts or pushes a blob that the repository does not have, as clients do. */
async function provide(storage: Storage, repository: RepositoryName, blob: Buffer): Promise<void> {
  const digest = Digest.of(blob);
  if ((await storage.blobs.stat(repository, digest)) !== undefined) return;
  if (randomInt(2) > 0 && (await storage.blobs.link(repository, digest, oneOf(REPOSITORIES))))
    return;
  await pushBlob(storage, repository, blob);
}

/** Resolves to the first content of an image or index that is missing or has other bytes, or to `undefined`. */
async function missingBelow(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
): Promise<string | undefined> {
  const stored = await storage.manifests.read(repository, digest);
  if (stored === undefined) return `manifest ${digest}`;
  const { config, layers, manifests } = parseManifest(stored.bytes, stored.mediaType);
  for (const child of manifests) {
    const missing = await missingBelow(storage, repository, child.digest);
    if (missing !== undefined) return missing;
  }
  for (const blob of config === undefined ? layers : [config, ...layers]) {
    const bytes = await readBlob(storage, repository, blob.digest).catch(() => undefined);
    if (bytes === undefined || !Digest.of(bytes).equals(blob.digest)) return `blob ${blob.digest}`;
  }
  return undefined;
}

function oneOf<Item>(items: readonly Item[]): Item {
  return items[randomInt(items.length)] as Item;
}
