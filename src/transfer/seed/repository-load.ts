import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ArchivedImages, type ArchivedManifest } from '../archives/archived-images.js';

/** The part of an archive for one repository: its manifests, children before parents, and their tags. */
export interface RepositoryLoad {
  readonly repository: RepositoryName;
  readonly manifests: readonly ArchivedManifest[];
  /** The tags by the digest's text. */
  readonly tags: ReadonlyMap<string, readonly TagName[]>;
}

/** Returns the images of an archive by repository. */
export function loadsOf({ images, manifests }: ArchivedImages): RepositoryLoad[] {
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
