import { OCI_IMAGE, OCI_INDEX } from '../domain/media-type.js';
import {
  checkArtifactOptions,
  checkImageOptions,
  checkIndexArguments,
} from './builder-arguments.js';
import { isBlob } from './check-content.js';
import {
  blobOf,
  descriptorOf,
  manifestOf,
  withoutBytesInJson,
  type BlobContent,
  type Content,
  type ImageContent,
  type OciDescriptor,
  type Platform,
} from './content.js';
import { blob, diffIdOf, layer, type LayerFiles } from './layer.js';

type Annotations = Readonly<Record<string, string>>;

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const TITLE = 'org.opencontainers.image.title';

/** The fixed creation time of images, so that the same input gives the same digests. */
const BUILT_AT = '1970-01-01T00:00:00Z';

/** The run configuration of an image. OCI image specification, "Image Configuration", `config`. */
export interface RunConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels?: Annotations;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
}

export interface ImageOptions {
  /** Maps of files, or results of `layer` or `blob`; one small layer by default. */
  readonly layers?: readonly (LayerFiles | BlobContent)[];
  readonly config?: RunConfig;
  /** linux/amd64 by default. */
  readonly platform?: Platform;
  readonly annotations?: Annotations;
}

export interface IndexOptions {
  readonly annotations?: Annotations;
}

export interface ArtifactOptions {
  /** The `artifactType`, such as `application/spdx+json`. */
  readonly type: string;
  /** The manifest that this artifact refers to, and among whose referrers it is listed. */
  readonly subject?: Content | OciDescriptor;
  /** Each file becomes a blob with its name as the title, as with `oras push`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Blobs in addition to the files, such as results of `blob`. */
  readonly blobs?: readonly BlobContent[];
  readonly annotations?: Annotations;
}

/**
 * Builds an image with real layers, a config that lists them, and the manifest. The same input
 * gives the same digests.
 *
 * @throws TypeError for a wrong argument
 */
export function image(options: ImageOptions = {}): ImageContent {
  checkImageOptions(options);
  const { config: run = {}, platform = { os: 'linux', architecture: 'amd64' } } = options;
  const given = options.layers ?? [{ 'hello.txt': 'hello\n' }];
  const layers = given.map((entry) => (isLayerFiles(entry) ? layer(entry) : entry));
  const config = jsonBlob(CONFIG_TYPE, {
    created: BUILT_AT,
    ...platform,
    config: run,
    rootfs: { type: 'layers', diff_ids: layers.map(diffIdOf) },
    history: layers.map((_, index) => ({ created: BUILT_AT, created_by: `layer ${index + 1}` })),
  });
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    ...annotated(options),
  });
  return withoutBytesInJson({ ...manifest, config, layers, manifests: [] });
}

/**
 * Builds an index of `entries`. Images are listed with the platforms of their configs.
 *
 * @throws TypeError for a wrong argument
 */
export function index(entries: readonly Content[], options: IndexOptions = {}): Content {
  checkIndexArguments(entries, options);
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: entries.map(entryOf),
    ...annotated(options),
  });
  return withoutBytesInJson({ ...manifest, layers: [], manifests: entries });
}

/**
 * Builds an artifact: a manifest with an `artifactType`, the empty config, and its files.
 *
 * Source: OCI image specification, "Guidelines for Artifact Usage".
 *
 * @throws TypeError for a wrong argument
 */
export function artifact(options: ArtifactOptions): ImageContent {
  checkArtifactOptions(options);
  const { type, subject, files = {}, blobs = [] } = options;
  const titled = Object.entries(files).map(([name, content]) =>
    blob(content, undefined, { annotations: { [TITLE]: name } }),
  );
  const empty = jsonBlob(EMPTY_TYPE, {});
  const given = [...titled, ...blobs];
  // The specification requires at least one layer.
  const layers = given.length === 0 ? [empty] : given;
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: type,
    config: descriptorOf(empty),
    layers: layers.map(descriptorOf),
    ...(subject === undefined ? {} : { subject: descriptorOf(subject) }),
    ...annotated(options),
  });
  return withoutBytesInJson({ ...manifest, config: empty, layers, manifests: [] });
}

function entryOf({ descriptor, manifest, config }: Content): OciDescriptor {
  const { artifactType } = manifest;
  const platform = config?.mediaType === CONFIG_TYPE ? platformOf(config) : undefined;
  return {
    ...descriptorOf(descriptor),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(platform === undefined ? {} : { platform }),
  };
}

function platformOf({ bytes }: BlobContent): Platform {
  const config = JSON.parse(bytes.toString()) as Platform;
  const { os, architecture, variant, 'os.version': version, 'os.features': features } = config;
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(features === undefined ? {} : { 'os.features': features }),
  };
}

/** A file of a layer can have any name, also that of a descriptor's field. */
function isLayerFiles(entry: LayerFiles | BlobContent): entry is LayerFiles {
  return !isBlob(entry);
}

function jsonBlob(mediaType: string, json: object): BlobContent {
  return blobOf(Buffer.from(JSON.stringify(json)), mediaType);
}

function annotated({ annotations }: { readonly annotations?: Annotations }): {
  readonly annotations?: Annotations;
} {
  return annotations === undefined ? {} : { annotations };
}
