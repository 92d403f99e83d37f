import { Digest } from '../../../../../src/domain/digest.js';
import { collect, tag } from '../../../../../src/storage/contract/fixtures.js';
import { type Content } from './content.js';
import { type Actor } from './scheduler.js';
import { named } from './whole-store.js';
import { HOME, type World } from './world.js';

export function actor(name: string, run: () => Promise<unknown>): Actor {
  return { name, run };
}

export function collector(world: World, name = 'collector'): Actor {
  return actor(name, () => world.collect());
}

/** Pulls by tag like a client, and reports a manifest that is served without some content that it names. */
export async function pull(
  world: World,
  name: string,
  { mustBeThere = false } = {},
): Promise<void> {
  const found = await world.storage.tags.resolve(HOME, tag(name));
  const whole = found !== undefined && (await pullDigest(world, found.digest));
  if (mustBeThere && !whole) world.journal.problem(`the tag ${name} cannot be pulled`);
}

/** Pulls a manifest with its content, and resolves to whether the manifest existed. */
export async function pullDigest(world: World, digest: Digest): Promise<boolean> {
  const { manifests, blobs } = world.storage;
  const stored = await manifests.read(HOME, digest);
  if (stored === undefined) return false;
  const names = named(stored.bytes);
  for (const blob of names.blobs) {
    if ((await blobs.stat(HOME, Digest.parse(blob))) === undefined) {
      await reportIfServed(world, digest, blob);
    }
  }
  for (const child of names.children) {
    if (!(await pullDigest(world, Digest.parse(child)))) await reportIfServed(world, digest, child);
  }
  return true;
}

/** Reports the missing content unless the manifest was deleted between the two requests of the client. */
async function reportIfServed(world: World, digest: Digest, missing: string): Promise<void> {
  if ((await world.storage.manifests.stat(HOME, digest)) === undefined) return;
  world.journal.problem(`${digest} is served without ${missing}`);
}

export async function mustBeListed(
  world: World,
  artifact: Content,
  subject: Content,
): Promise<void> {
  const listed = await collect(world.storage.manifests.referrers(HOME, subject.digest));
  if (listed.some(({ digest }) => digest.equals(artifact.digest))) return;
  world.journal.problem(`${artifact.name} is not listed`);
}
