import {
  isJsonObject,
  readAnnotations,
  tryParseJsonObject,
  type Annotations,
  type Descriptor,
  type JsonObject,
} from '../../domain/descriptor.js';
import { parseManifest, type ManifestKind } from '../../domain/manifest.js';
import { isNonDistributable, type MediaType } from '../../domain/media-type.js';
import { listAt, objectAt, textAt } from './json-values.js';
import { describedBy, purposeOf, purposeOfDescriptor, type Purpose } from './purpose.js';

/** The platform of an entry of an index. BuildKit gives attestations `unknown/unknown`, which is treated as absent. */
export interface EntryPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

export interface EntrySummary extends Descriptor {
  readonly platform?: EntryPlatform;
  readonly purpose?: Purpose;
  /** The digest of the image that an attestation describes. */
  readonly describes?: string;
}

export interface LayerSummary extends Descriptor {
  /** The name of a file of an artifact. */
  readonly title?: string;
  /** Whether the layer stays with its publisher, and no registry has it. */
  readonly isForeign: boolean;
}

/** What the bytes of a manifest say. It never changes. */
export interface ManifestSummary {
  readonly kind: ManifestKind;
  readonly purpose: Purpose;
  readonly mediaType: MediaType;
  /** Of the manifest itself, in bytes. */
  readonly size: number;
  readonly config?: Descriptor;
  readonly layers: readonly LayerSummary[];
  readonly entries: readonly EntrySummary[];
  readonly artifactType?: string;
  readonly annotations?: Annotations;
  readonly subject?: Descriptor;
}

const TITLE = 'org.opencontainers.image.title';

/** Returns what a manifest says. @throws RegistryError `manifest-invalid` */
export function summarize(bytes: Uint8Array): ManifestSummary {
  const manifest = parseManifest(bytes, undefined);
  const json = tryParseJsonObject(bytes) ?? {};
  const layers = listAt(json, 'layers');
  const entries = listAt(json, 'manifests');
  const { kind, mediaType, config, artifactType, annotations, subject } = manifest;
  return {
    kind,
    purpose: purposeOf(manifest),
    mediaType,
    size: bytes.byteLength,
    ...(config && { config }),
    layers: manifest.layers.map((layer, at) => layerSummary(layer, objectOf(layers[at]))),
    entries: manifest.manifests.map((entry, at) => entrySummary(entry, objectOf(entries[at]))),
    ...(artifactType && { artifactType }),
    ...(annotations && { annotations }),
    ...(subject && { subject }),
  };
}

/** Returns the platform in its usual form, such as `linux/arm64/v8`. */
export function platformText({ os, architecture, variant }: EntryPlatform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

function layerSummary(layer: Descriptor, json: JsonObject): LayerSummary {
  const described = { ...layer, ...more(json) };
  const title = described.annotations?.[TITLE];
  const isForeign = isNonDistributable(layer.mediaType);
  return { ...described, ...(title !== undefined && { title }), isForeign };
}

function entrySummary(entry: Descriptor, json: JsonObject): EntrySummary {
  const described = { ...entry, ...more(json) };
  const platform = platformOf(objectAt(json, 'platform'));
  const purpose = purposeOfDescriptor(described);
  const describes = describedBy(described);
  return {
    ...described,
    ...(platform && { platform }),
    ...(purpose && { purpose }),
    ...(describes !== undefined && { describes }),
  };
}

/** The fields of a descriptor that the registry itself has no use for. */
function more(json: JsonObject): Pick<Descriptor, 'annotations' | 'artifactType'> {
  const annotations = readAnnotations(json['annotations']);
  const artifactType = textAt(json, 'artifactType');
  return {
    ...(typeof annotations === 'object' && { annotations }),
    ...(artifactType !== undefined && { artifactType }),
  };
}

function platformOf(json: JsonObject): EntryPlatform | undefined {
  const [os, architecture] = [textAt(json, 'os'), textAt(json, 'architecture')];
  if (os === undefined || architecture === undefined) return undefined;
  if (os === 'unknown' && architecture === 'unknown') return undefined;
  const [variant, osVersion] = [textAt(json, 'variant'), textAt(json, 'os.version')];
  return {
    os,
    architecture,
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { osVersion }),
  };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
