import { isJsonObject, type Descriptor } from '../../domain/descriptor.js';
import { Digest, newHash } from '../../domain/digest.js';
import { parseManifest } from '../../domain/manifest.js';
import { OCI_IMAGE, type MediaType } from '../../domain/media-type.js';
import {
  type ArchivedImage,
  type ArchivedImages,
  type ArchivedManifest,
} from './archived-images.js';
import { parseDocument, UnusableSeed, type ImageFiles } from './image-files.js';
import { nameByArchive, parseImageName } from './image-names.js';

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

/**
 * The first bytes of a compressed file, and the suffix of its media type. Docker writes plain tar files, other tools do not.
 */
const COMPRESSIONS = [
  { magic: Buffer.from([0x1f, 0x8b]), suffix: '+gzip' },
  { magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), suffix: '+zstd' },
];

/** One image in the manifest.json of `docker save`: the paths of its parts. */
interface SavedImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
}

/**
 * Reads the images of a `docker save` archive in the format that preceded OCI layouts. Such an archive contains no manifests, so
 * they are created from the unchanged configurations and layers.
 *
 * @throws UnusableSeed
 */
export async function readDockerArchive(
  files: ImageFiles,
  manifestJson: Buffer,
): Promise<ArchivedImages> {
  const saved = parseManifestJson(files.name, manifestJson);
  const parts = await describeParts(files, saved);
  const manifests = new Map<string, ArchivedManifest>();
  const images: ArchivedImage[] = [];
  for (const image of saved) {
    const made = makeManifest(files.name, image, parts);
    manifests.set(`${made.digest}`, made);
    const names = image.tags.map(parseImageName);
    if (names.length === 0) names.push(nameByArchive(files.name, undefined));
    images.push(...names.map((name) => ({ name, root: made.digest })));
  }
  return { images, manifests, pathOf: parts.pathOf };
}

function parseManifestJson(archive: string, bytes: Buffer): SavedImage[] {
  const json = parseDocument(archive, 'manifest.json', bytes);
  if (!Array.isArray(json)) throw new UnusableSeed(`${archive}: manifest.json is not a list`);
  return json.map((entry: unknown) => {
    const { Config: config, Layers: layers, RepoTags: tags } = isJsonObject(entry) ? entry : {};
    if (typeof config !== 'string' || !isTexts(layers)) {
      throw new UnusableSeed(`${archive}: manifest.json has an entry without Config and Layers`);
    }
    return { config, layers, tags: isTexts(tags) ? tags : [] };
  });
}

/** The configurations and layers of an archive. */
interface Parts {
  /** Returns the part at a path, following a link. */
  at(path: string): Descriptor | undefined;
  /** Returns the path of the file with this content; links are left out. */
  readonly pathOf: (digest: Digest) => string | undefined;
}

async function describeParts(files: ImageFiles, saved: readonly SavedImage[]): Promise<Parts> {
  const there = await files.list();
  // A layer shared by several images is stored once; the others are links.
  const follow = (path: string) => there.get(path)?.linkTo ?? path;
  const configs = new Set(saved.map(({ config }) => config));
  const wanted = [...configs, ...saved.flatMap(({ layers }) => layers)].map(follow);
  const parts = new Map<string, Descriptor>();
  const paths = new Map<string, string>();
  await files.visit(new Set(wanted), async (path, content) => {
    const part = await describePart(content, configs.has(path) ? CONFIG_TYPE : undefined);
    parts.set(path, part);
    paths.set(`${part.digest}`, path);
  });
  return {
    at: (path) => parts.get(follow(path)),
    pathOf: (digest) => paths.get(`${digest}`),
  };
}

async function describePart(
  content: AsyncIterable<Uint8Array>,
  configType: string | undefined,
): Promise<Descriptor> {
  const hash = newHash('sha256');
  let size = 0;
  let compression = '';
  for await (const chunk of content) {
    if (size === 0) compression = compressionOf(chunk);
    hash.update(chunk);
    size += chunk.byteLength;
  }
  const mediaType = (configType ?? LAYER_TYPE + compression) as MediaType;
  return { mediaType, digest: Digest.fromHash('sha256', hash), size };
}

function compressionOf(chunk: Uint8Array): string {
  const found = COMPRESSIONS.find(({ magic }) => magic.equals(chunk.subarray(0, magic.byteLength)));
  return found?.suffix ?? '';
}

function makeManifest(
  archive: string,
  { config, layers, tags }: SavedImage,
  parts: Parts,
): ArchivedManifest {
  const name = tags[0] ?? 'the image without a tag';
  const partAt = (path: string, what: string): Descriptor => {
    const part = parts.at(path);
    if (part !== undefined) return part;
    throw new UnusableSeed(
      `${archive}: ${name} lacks the ${what} ${path}: save the image again with docker save`,
    );
  };
  const configPart = partAt(config, 'config');
  const layerParts = layers.map((path) => partAt(path, 'layer'));
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: configPart,
    layers: layerParts,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { digest: Digest.of(bytes), manifest: parseManifest(bytes, undefined) };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
