import { type Digest } from '../../domain/digest.js';
import { referrerOf, requiredContent, type Manifest } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { pushBlob } from '../../storage/protocol/push-blob.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type ArchivedImages, type ArchivedManifest } from '../archives/archived-images.js';
import { type ImageFiles } from '../archives/image-files.js';

/** The part of an archive for one repository: its manifests, children before parents, and their tags. */
interface RepositoryLoad {
  readonly repository: RepositoryName;
  readonly manifests: readonly ArchivedManifest[];
  readonly tags: ReadonlyMap<string, readonly TagName[]>;
}

/** Stores the missing blobs, then the manifests, then the tags, in the order of a client's push. */
export async function loadImages(
  storage: Storage,
  files: ImageFiles,
  archive: ArchivedImages,
): Promise<void> {
  const loads = loadsOf(archive);
  const wanted = await missingBlobs(storage, archive, loads);
  await files.visit(new Set(wanted.keys()), async (path, content) => {
    const { digest, repositories } = wanted.get(path) ?? { repositories: [] };
    const [first, ...others] = repositories;
    if (digest === undefined || first === undefined) return;
    await pushBlob(storage.uploads, first, digest, content);
    for (const other of others) await storage.blobs.link(other, digest, first);
  });
  for (const load of loads) await publish(storage, load);
}

function loadsOf({ images, manifests }: ArchivedImages): RepositoryLoad[] {
  const repositories = new Set(images.map(({ name }) => name.repository));
  return [...repositories].map((repository) => {
    const own = images.filter(({ name }) => name.repository === repository);
    const reached = new Set<string>();
    own.forEach(({ root }) => reach(`${root}`, manifests, reached));
    const tags = new Map<string, TagName[]>();
    for (const { name, root } of own)
      tags.set(`${root}`, [...(tags.get(`${root}`) ?? []), name.tag]);
    const reachable = [...manifests.values()].filter(({ digest }) => reached.has(`${digest}`));
    return { repository, manifests: reachable, tags };
  });
}

function reach(
  digest: string,
  manifests: ReadonlyMap<string, ArchivedManifest>,
  reached: Set<string>,
): void {
  const found = manifests.get(digest);
  if (found === undefined || reached.has(digest)) return;
  reached.add(digest);
  found.manifest.manifests.forEach((child) => reach(`${child.digest}`, manifests, reached));
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
    // An index may list platforms that were not saved with it, but an image must be complete.
    const requires = requiredContent(manifest, 'indexes');
    const rootTags = tags.get(`${digest}`) ?? [];
    await storage.manifests.publish(repository, {
      manifest,
      digest,
      tags: rootTags,
      requires,
      ...referrerOf(manifest, digest),
    });
  }
}
