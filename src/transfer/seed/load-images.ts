import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { referrerOf, requiredContent, type Manifest } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { pushBlob } from '../../storage/protocol/push-blob.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type ArchivedImages } from '../archives/archived-images.js';
import { damaged, type ImageFiles } from '../archives/image-files.js';
import { CompleteImages } from './complete-images.js';
import { loadsOf, type RepositoryLoad } from './repository-load.js';

/**
 * Stores the missing blobs, then the manifests, then the tags, in the order of a client's push. It
 * stores nothing of an archive with an incomplete image.
 *
 * @param warn receives a line for each index that is loaded without some of its entries
 * @throws UnusableSeed
 */
export async function loadImages(
  storage: Storage,
  files: ImageFiles,
  archive: ArchivedImages,
  warn: (line: string) => void,
): Promise<void> {
  const complete = await CompleteImages.of(storage, files, archive);
  const loads: RepositoryLoad[] = [];
  for (const load of loadsOf(archive)) loads.push(await complete.keep(load, warn));
  const wanted = await missingBlobs(storage, archive, loads);
  await files.visit(new Set(wanted.keys()), async (path, content) => {
    const { digest, repositories } = wanted.get(path) ?? { repositories: [] };
    const [first, ...others] = repositories;
    if (digest === undefined || first === undefined) return;
    await pushBlob(storage.uploads, first, digest, content).catch((error: unknown) => {
      throw isDamage(error) ? damaged(files.name, path) : error;
    });
    for (const other of others) await storage.blobs.link(other, digest, first);
  });
  for (const load of loads) await publish(storage, load);
}

function isDamage(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'digest-mismatch';
}

/** Returns a map from paths in the archive to the blob and the repositories that do not have it. */
async function missingBlobs(
  storage: Storage,
  archive: ArchivedImages,
  loads: readonly RepositoryLoad[],
): Promise<Map<string, { digest: Digest; repositories: RepositoryName[] }>> {
  const missing = new Map<string, { digest: Digest; repositories: RepositoryName[] }>();
  for (const { repository, manifests } of loads) {
    for (const digest of manifests.flatMap(({ manifest }) => blobsOf(manifest, archive))) {
      const path = archive.pathOf(digest);
      if (path === undefined || (await storage.blobs.stat(repository, digest)) !== undefined)
        continue;
      const entry = missing.get(path) ?? { digest, repositories: [] };
      if (!entry.repositories.includes(repository)) entry.repositories.push(repository);
      missing.set(path, entry);
    }
  }
  return missing;
}

/** Returns the content of a manifest that is not itself a manifest. An index may list layers too, as build caches do. */
function blobsOf(manifest: Manifest, { manifests }: ArchivedImages): Digest[] {
  const blobs = manifest.manifests.filter(({ digest }) => !manifests.has(`${digest}`));
  const config = manifest.config === undefined ? [] : [manifest.config];
  return [...config, ...manifest.layers, ...blobs].map(({ digest }) => digest);
}

async function publish(
  storage: Storage,
  { repository, manifests, tags }: RepositoryLoad,
): Promise<void> {
  for (const { digest, manifest } of manifests) {
    const moved = await tagsToMove(storage, repository, tags.get(`${digest}`) ?? [], digest);
    // Publishing again would be a push to all who follow the events, at each start.
    const isPublished = (await storage.manifests.stat(repository, digest)) !== undefined;
    if (isPublished && moved.length === 0) continue;
    // An index may list platforms that were not saved with it, but an image must be complete.
    const requires = requiredContent(manifest, 'indexes');
    await storage.manifests.publish(repository, {
      manifest,
      digest,
      tags: moved,
      requires,
      ...referrerOf(manifest, digest),
    });
  }
}

/** Returns those of the tags that do not point to the manifest yet. */
async function tagsToMove(
  storage: Storage,
  repository: RepositoryName,
  tags: readonly TagName[],
  digest: Digest,
): Promise<TagName[]> {
  const current = await Promise.all(tags.map((tag) => storage.tags.resolve(repository, tag)));
  return tags.filter((_, index) => current[index]?.digest.equals(digest) !== true);
}
