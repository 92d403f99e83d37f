import { type Descriptor } from '../../domain/descriptor.js';
import { type Plain } from '../../http/api/plain.js';
import {
  type ExplainedEntry,
  type ExplainedLayer,
  type ExplainedManifest,
} from '../../inspect/manifests/explain-manifest.js';
import { type ImageConfig } from '../../inspect/manifests/image-config.js';
import { type ReferrerNode } from '../../inspect/manifests/manifest-relations.js';
import { platformText, type LayerSummary } from '../../inspect/manifests/manifest-summary.js';
import { type Usage } from '../../storage/ports/usage-store.js';
import {
  type DescriptorDto,
  type EntryDto,
  type ImageDto,
  type LayerDto,
  type ManifestDto,
  type ReferrerDto,
} from './manifests-api.dto.js';

/** Returns a manifest in the form of the API. */
export function shownManifest(
  explained: ExplainedManifest,
  { pulls, lastPulledAt }: Partial<Usage>,
): ManifestDto {
  const { digest, config, layers, entries, subject, totalSize, annotations, ...rest } = explained;
  const { image, problem } = config ?? {};
  return {
    ...rest,
    digest: digest.toString(),
    totalBytes: totalSize,
    ...(annotations && { annotations: { ...annotations } }),
    ...(config && { config: shownDescriptor(config) }),
    ...(image && { image: shownImage(image) }),
    ...(problem && { configProblem: problem }),
    layers: layers.map(shownLayer),
    entries: entries.map(shownEntry),
    ...(subject && { subject: shownDescriptor(subject) }),
    pulls: pulls ?? 0,
    ...(lastPulledAt !== undefined && { lastPulledAt: new Date(lastPulledAt).toISOString() }),
  };
}

export function shownLayer(layer: LayerSummary | ExplainedLayer): LayerDto {
  const { title, isForeign } = layer;
  const { command, created } = layer as ExplainedLayer;
  return {
    ...shownDescriptor(layer),
    isForeign,
    ...(title !== undefined && { title }),
    ...(command !== undefined && { command }),
    ...(created !== undefined && { created }),
  };
}

export function shownReferrer(node: ReferrerNode): Omit<ReferrerDto, 'files'> {
  const { purpose, referrers } = node;
  return { ...shownDescriptor(node), purpose, referrers: referrers.map(shownReferrer) };
}

function shownEntry(entry: ExplainedEntry): EntryDto {
  const { platform, purpose, describes, totalSize } = entry;
  return {
    ...shownDescriptor(entry),
    ...(platform && { platform: platformText(platform) }),
    ...(purpose && { purpose }),
    ...(describes !== undefined && { describes }),
    ...(totalSize !== undefined && { totalBytes: totalSize }),
  };
}

function shownImage(config: ImageConfig): ImageDto {
  // Its history is shown with the layers.
  const { labels, ...image } = withoutHistory(config);
  return {
    ...image,
    env: [...image.env],
    entrypoint: [...image.entrypoint],
    cmd: [...image.cmd],
    exposedPorts: [...image.exposedPorts],
    volumes: [...image.volumes],
    labels: { ...labels },
  };
}

function withoutHistory(config: ImageConfig): Omit<ImageConfig, 'history'> {
  const shown: Partial<ImageConfig> & Omit<ImageConfig, 'history'> = { ...config };
  delete (shown as { history?: unknown }).history;
  return shown;
}

function shownDescriptor(descriptor: Descriptor): Plain<DescriptorDto> {
  const { mediaType, digest, size, artifactType, annotations } = descriptor;
  return {
    mediaType,
    digest: digest.toString(),
    size,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations: { ...annotations } }),
  };
}
