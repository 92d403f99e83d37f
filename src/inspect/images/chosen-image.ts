import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { DOCKER_LIST, OCI_INDEX } from '../../domain/media-type.js';
import { type Reference } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type KnownContent } from '../manifests/known-content.js';
import {
  platformText,
  type EntrySummary,
  type ManifestSummary,
} from '../manifests/manifest-summary.js';

/** An image by its repository and a tag or digest. */
export interface ImageChoice {
  readonly repository: RepositoryName;
  readonly reference: Reference;
  /** The image of an index, such as `linux/arm64`. Needed if the index has several. */
  readonly platform?: string;
}

export interface ChosenImage {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly summary: ManifestSummary;
}

const INDEXES: readonly string[] = [OCI_INDEX, DOCKER_LIST];

/** How many indexes are read to find the image. */
const MAX_INDEXES = 100;

/**
 * Resolves to the image that is meant.
 *
 * @throws RegistryError `manifest-unknown`, or `request-malformed` with the platforms of an index that has several
 */
export async function chooseImage(
  { tags }: Pick<Storage, 'tags'>,
  content: KnownContent,
  { repository, reference, platform }: ImageChoice,
): Promise<ChosenImage> {
  const digest =
    reference instanceof Digest ? reference : (await tags.resolve(repository, reference))?.digest;
  const top = digest && (await content.manifest(repository, digest));
  if (digest === undefined || top === undefined) throw unknown(repository, reference);
  if (top.kind === 'image') return { repository, digest, summary: top };
  const entry = chosenEntry(await imagesOf(content, repository, top.entries), platform);
  const summary = await content.manifest(repository, entry.digest);
  if (summary?.kind !== 'image') throw unknown(repository, entry.digest);
  return { repository, digest: entry.digest, summary };
}

/** Resolves to the images of an index, and of the indexes that it lists. */
async function imagesOf(
  content: KnownContent,
  repository: RepositoryName,
  entries: readonly EntrySummary[],
): Promise<EntrySummary[]> {
  const images: EntrySummary[] = [];
  const ahead = entries.toReversed();
  let indexes = 0;
  for (let entry = ahead.pop(); entry !== undefined; entry = ahead.pop()) {
    if (entry.purpose !== undefined) continue;
    if (!INDEXES.includes(entry.mediaType)) {
      images.push(entry);
    } else if (indexes++ < MAX_INDEXES) {
      const nested = await content.manifest(repository, entry.digest);
      for (const below of nested?.entries.toReversed() ?? []) ahead.push(below);
    }
  }
  return images;
}

function chosenEntry(images: readonly EntrySummary[], platform: string | undefined): EntrySummary {
  const fitting = images.filter((entry) => platform === undefined || isFor(entry, platform));
  const exact = fitting.filter((entry) => textOf(entry) === platform);
  const [chosen, ...others] = exact.length > 0 ? exact : fitting;
  if (chosen !== undefined && others.length === 0) return chosen;
  const platforms = [...new Set(images.map(textOf))];
  throw new RegistryError(
    'request-malformed',
    `the index does not have one image for ${platform ?? 'every platform'}; choose one of: ${platforms.join(', ')}`,
    { platforms },
  );
}

function unknown(name: RepositoryName, reference: Reference): RegistryError {
  const detail = { name, reference: reference.toString() };
  return new RegistryError('manifest-unknown', 'the manifest is not known', detail);
}

/** `linux/arm64` stands for every variant. */
function isFor(entry: EntrySummary, platform: string): boolean {
  const text = textOf(entry);
  return text === platform || text.startsWith(`${platform}/`);
}

function textOf({ platform }: EntrySummary): string {
  return platform === undefined ? 'unknown' : platformText(platform);
}
