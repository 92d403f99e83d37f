import { Digest } from '../domain/digest.js';
import { type RepositoryName } from '../domain/repository-name.js';
import { type ManifestJson, type OciDescriptor, type Platform } from './content.js';
import { type ImageReference } from './image-reference.js';
import { findManifest, pullBlob, readManifest, type ReadStorage } from './pull-content.js';

/** An image of an index, or the only one. */
interface Candidate {
  readonly platform: string;
  readonly manifest: ManifestJson;
}

/** The largest number of manifests that are read to choose one. */
const MAX_MANIFESTS = 1_000;

/** The annotation of BuildKit's attestations, which stand among the images of an index. */
const ATTESTATION = 'vnd.docker.reference.type';

/**
 * Returns the image of `reference` for a platform. An index needs one, unless it has one image.
 *
 * @throws Error that lists the platforms there are
 */
export async function chooseImage(
  storage: ReadStorage,
  reference: ImageReference,
  platform: string | undefined,
): Promise<ManifestJson> {
  const { repository } = reference;
  const { manifest } = await findManifest(storage, reference);
  const images = await imagesOf(storage, repository, manifest);
  const fitting = images.filter((image) => isFor(image, platform));
  const exact = fitting.filter((image) => image.platform === platform);
  const [chosen, ...others] = exact.length > 0 ? exact : fitting;
  if (chosen !== undefined && others.length === 0) return chosen.manifest;
  const all = images.map((image) => image.platform);
  const has = all.length === 0 ? 'it has no image' : `it has ${[...new Set(all)].join(', ')}`;
  throw new Error(
    platform === undefined
      ? `${repository} is an index of several platforms: set the option platform of files; ${has}`
      : `${repository} does not have one image for ${platform}; ${has}`,
  );
}

async function imagesOf(
  storage: ReadStorage,
  repository: RepositoryName,
  top: ManifestJson,
): Promise<Candidate[]> {
  if (top.manifests === undefined) return [await onlyImage(storage, repository, top)];
  const images: Candidate[] = [];
  const ahead = top.manifests.toReversed();
  let read = 0;
  for (let entry = ahead.pop(); entry !== undefined; entry = ahead.pop()) {
    if (isAttachment(entry)) continue;
    if (++read > MAX_MANIFESTS) throw new Error(`${repository} has too many manifests in an index`);
    const found = await readManifest(storage, repository, Digest.parse(entry.digest));
    if (found === undefined) continue;
    const nested = found.manifest.manifests;
    if (nested !== undefined) for (const child of nested.toReversed()) ahead.push(child);
    else images.push({ platform: nameOf(entry.platform), manifest: found.manifest });
  }
  return images;
}

/** An image outside of an index has its platform in its config. */
async function onlyImage(
  storage: ReadStorage,
  repository: RepositoryName,
  manifest: ManifestJson,
): Promise<Candidate> {
  const { config } = manifest;
  if (config === undefined) return { platform: nameOf(undefined), manifest };
  const { bytes } = await pullBlob(storage, repository, config);
  return { platform: nameOf(platformIn(bytes)), manifest };
}

function platformIn(config: Buffer): Platform | undefined {
  try {
    return JSON.parse(config.toString()) as Platform;
  } catch {
    // An artifact's config may be anything.
    return undefined;
  }
}

function isAttachment({ annotations = {}, artifactType }: OciDescriptor): boolean {
  return artifactType !== undefined || ATTESTATION in annotations;
}

function nameOf(platform: Platform | undefined): string {
  const { os, architecture, variant }: Partial<Platform> = platform ?? {};
  const parts = [os ?? 'unknown', architecture ?? 'unknown', ...(variant ? [variant] : [])];
  return parts.join('/');
}

/** `linux/arm64` stands for every variant. */
function isFor(image: Candidate, platform: string | undefined): boolean {
  return (
    platform === undefined ||
    image.platform === platform ||
    image.platform.startsWith(`${platform}/`)
  );
}
