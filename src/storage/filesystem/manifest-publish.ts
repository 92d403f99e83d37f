import { link, rename, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { referrerDescriptor, type RequiredContent } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Publication } from '../ports/manifest-store.js';
import { type Durability } from './durability.js';
import { absentIfMissing, hasCode } from './fs-errors.js';
import { type Layout } from './layout.js';
import { breathe, sizeOfFile } from './metadata.js';
import { nonce, temporaryName } from './names.js';
import { encodeReferrerRecord, encodeTagRecord } from './records.js';

/** Children looked at before the event loop gets a turn. */
const CHILDREN_A_TURN = 200;

/**
 * Publishes a manifest so that no collector can take away what it needs (the steps P1 to P7 of the protocol in
 * `docs/storage-layout.md`): it writes its intent first and looks for its children then.
 *
 * @throws RegistryError `manifest-blob-unknown`
 */
export async function publishManifest(
  layout: Layout,
  durability: Durability,
  repository: RepositoryName,
  publication: Publication,
): Promise<void> {
  const { manifest, digest, requires } = publication;
  const intent = join(layout.pending(repository), nonce());
  await durability.inDirectory(dirname(intent), () =>
    durability.createFile(intent, manifest.bytes),
  );
  try {
    await requireChildren(layout, repository, requires);
    const target = layout.manifest(repository, digest);
    const size = manifest.bytes.byteLength;
    do {
      await placeManifest(durability, intent, target, size);
      await placeNames(layout, durability, repository, publication);
    } while (sizeOfFile(target) !== size);
  } finally {
    await unlink(intent).catch(absentIfMissing);
  }
}

async function requireChildren(
  layout: Layout,
  repository: RepositoryName,
  requires: readonly RequiredContent[],
): Promise<void> {
  const missing = new Map<string, Digest>();
  for (const [index, { digest, as }] of requires.entries()) {
    const found =
      sizeOfFile(layout.claim(repository, digest)) ??
      (as === 'blob' ? undefined : sizeOfFile(layout.manifest(repository, digest)));
    if (found === undefined) missing.set(`${digest}`, digest);
    if (index % CHILDREN_A_TURN === CHILDREN_A_TURN - 1) await breathe();
  }
  if (missing.size === 0) return;
  throw new RegistryError('manifest-blob-unknown', 'the repository lacks what the manifest names', [
    ...missing.values(),
  ]);
}

async function placeManifest(
  durability: Durability,
  intent: string,
  target: string,
  size: number,
): Promise<void> {
  await durability.inDirectory(dirname(target), async () => {
    try {
      await link(intent, target);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if (sizeOfFile(target) === size) {
        const now = new Date();
        await utimes(target, now, now).catch(absentIfMissing);
      } else {
        await replaceByLink(intent, target);
      }
    }
  });
}

async function replaceByLink(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), temporaryName());
  await link(from, temporary);
  await rename(temporary, to);
}

/** The referrer entry and the tags, visible in this order, and all names durable at the end. */
async function placeNames(
  layout: Layout,
  durability: Durability,
  repository: RepositoryName,
  { manifest, digest, tags }: Publication,
): Promise<void> {
  const directories = new Set([dirname(layout.manifest(repository, digest))]);
  if (manifest.subject !== undefined) {
    const entry = layout.referrer(repository, manifest.subject.digest, digest);
    await durability.replaceFile(entry, encodeReferrerRecord(referrerDescriptor(manifest, digest)));
    directories.add(dirname(entry));
  }
  const { mediaType, bytes } = manifest;
  const record = { digest, mediaType, size: bytes.byteLength, pushedAt: Date.now() };
  for (const tag of tags) {
    await durability.replaceFile(layout.tag(repository, tag), encodeTagRecord(record));
    directories.add(layout.tags(repository));
  }
  await Promise.all([...directories].map((directory) => durability.syncDirectory(directory)));
}
