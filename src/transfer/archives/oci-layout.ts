import { isJsonObject, readDescriptor, type Descriptor } from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { parsePushedManifest, type Manifest } from '../../domain/manifest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../domain/media-type.js';
import {
  type ArchivedImage,
  type ArchivedImages,
  type ArchivedManifest,
} from './archived-images.js';
import { damaged, parseDocument, readFiles, UnusableSeed, type ImageFiles } from './image-files.js';
import { nameByArchive, parseImageName, type ImageName } from './image-names.js';

const MANIFEST_TYPES: readonly string[] = [OCI_IMAGE, OCI_INDEX, DOCKER_IMAGE, DOCKER_LIST];

/** Reads the images of an OCI image layout. Source: OCI image specification, "Image Layout". @throws UnusableSeed */
export async function readOciLayout(files: ImageFiles, index: Buffer): Promise<ArchivedImages> {
  const images = rootsOf(files.name, index);
  const manifests = await readManifests(
    files,
    images.map(({ root }) => root),
  );
  return { images, manifests, pathOf: blobPath };
}

function rootsOf(archive: string, index: Buffer): ArchivedImage[] {
  const json = parseDocument(archive, 'index.json', index);
  const entries = isJsonObject(json) ? json['manifests'] : undefined;
  if (!Array.isArray(entries)) throw new UnusableSeed(`${archive}: index.json lists no manifests`);
  return entries.map((entry: unknown) => {
    const descriptor = readDescriptor(entry);
    if (typeof descriptor === 'string') {
      throw new UnusableSeed(`${archive}: an entry of index.json ${descriptor}`);
    }
    return { name: nameOf(archive, entry), root: descriptor.digest };
  });
}

/** Reads the name from the annotations of containerd, docker, skopeo and oras. The specification has only the tag. */
function nameOf(archive: string, entry: unknown): ImageName {
  const annotations = isJsonObject(entry) ? entry['annotations'] : undefined;
  const all = isJsonObject(annotations) ? annotations : {};
  const full = all['io.containerd.image.name'];
  if (typeof full === 'string') return parseImageName(full);
  const reference = all['org.opencontainers.image.ref.name'];
  if (typeof reference !== 'string') return nameByArchive(archive, undefined);
  return /[:/]/.test(reference) ? parseImageName(reference) : nameByArchive(archive, reference);
}

/** Reads level by level, because every pass over a tar file starts at its beginning. */
async function readManifests(
  files: ImageFiles,
  roots: readonly Digest[],
): Promise<Map<string, ArchivedManifest>> {
  const levels: ArchivedManifest[][] = [];
  const seen = new Set<string>();
  for (let wanted = [...roots]; wanted.length > 0;) {
    wanted.forEach((digest) => seen.add(`${digest}`));
    const level = await readLevel(files, wanted);
    levels.push(level);
    const children = level.flatMap(({ manifest }) => manifest.manifests.filter(isManifest));
    wanted = children.map(({ digest }) => digest).filter((digest) => !seen.has(`${digest}`));
  }
  const deepestFirst = levels.reverse().flat();
  return new Map(deepestFirst.map((entry) => [`${entry.digest}`, entry]));
}

async function readLevel(
  files: ImageFiles,
  digests: readonly Digest[],
): Promise<ArchivedManifest[]> {
  const contents = await readFiles(files, digests.map(blobPath));
  return digests.flatMap((digest) => {
    // An index may list platforms that were not saved with it.
    const bytes = contents.get(blobPath(digest));
    if (bytes === undefined) return [];
    if (!Digest.of(bytes, digest.algorithm).equals(digest)) {
      throw damaged(files.name, blobPath(digest));
    }
    return [{ digest, manifest: parse(files.name, digest, bytes) }];
  });
}

function parse(archive: string, digest: Digest, bytes: Buffer): Manifest {
  try {
    return parsePushedManifest(bytes, undefined);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UnusableSeed(`${archive}: ${digest} is not a manifest: ${message}`, { cause });
  }
}

function isManifest({ mediaType }: Descriptor): boolean {
  return MANIFEST_TYPES.includes(mediaType);
}

function blobPath({ algorithm, hex }: Digest): string {
  return `blobs/${algorithm}/${hex}`;
}
