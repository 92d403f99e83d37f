import { ContentSizes, MAX_READ_MANIFESTS } from '../../domain/content-sizes.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { DOCKER_IMAGE, DOCKER_LIST } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { Turns } from '../../storage/protocol/yield-every.js';
import { stepsOfLayers, type ImageConfig } from './image-config.js';
import { KnownContent, type ConfigProblem } from './known-content.js';
import { type EntrySummary, type LayerSummary, type ManifestSummary } from './manifest-summary.js';
import { type Purpose } from './purpose.js';

/** A page may have a thousand manifests. Explaining a known one takes as long as this many items that only are compared. */
const ITEMS_PER_MANIFEST = 40;

export interface ExplainedLayer extends LayerSummary {
  /** The command that made the layer, as the history of the image says. */
  readonly command?: string;
  readonly created?: string;
}

export interface ExplainedEntry extends EntrySummary {
  /** The bytes of the entry with all that it names. Absent if the repository does not have it. */
  readonly totalSize?: number;
}

export interface ExplainedConfig extends Descriptor {
  /** Present for an image. */
  readonly image?: ImageConfig;
  readonly problem?: ConfigProblem;
}

/** A manifest in the terms of a person who looks at it. Sizes in bytes, as stored: layers are compressed. */
export interface ExplainedManifest extends Omit<ManifestSummary, 'config' | 'layers' | 'entries'> {
  readonly digest: Digest;
  readonly format: 'docker' | 'oci';
  readonly config?: ExplainedConfig;
  readonly layers: readonly ExplainedLayer[];
  readonly entries: readonly ExplainedEntry[];
  /** The bytes of the manifest and of all that it names, each content once. */
  readonly totalSize: number;
}

/** What is left to read for one explanation, and what was counted. */
interface Reading {
  left: number;
  readonly sizes: ContentSizes;
}

/** Explains the manifests of a storage. */
export class ManifestExplainer {
  private readonly known: KnownContent;
  private readonly turns = new Turns();

  constructor(storage: Pick<Storage, 'manifests' | 'blobs'>) {
    this.known = new KnownContent(storage);
  }

  /**
   * Resolves to the explanation of a manifest, or to `undefined` if the repository does not have it.
   *
   * @throws RegistryError `manifest-too-large` beyond 4 MiB
   */
  async explain(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ExplainedManifest | undefined> {
    await this.turns.afterItems(ITEMS_PER_MANIFEST);
    const summary = await this.known.manifest(repository, digest);
    if (summary === undefined) return undefined;
    const { config, layers, entries, ...rest } = summary;
    const explained = config && (await this.explainConfig(repository, config, summary.purpose));
    const reading = { left: MAX_READ_MANIFESTS, sizes: new ContentSizes() };
    reading.sizes.addManifest(digest, summary);
    const isDocker = [DOCKER_IMAGE, DOCKER_LIST].includes(summary.mediaType);
    return {
      ...rest,
      digest,
      format: isDocker ? 'docker' : 'oci',
      ...(explained && { config: explained }),
      layers: withCommands(layers, explained?.image),
      entries: await this.explainEntries(repository, entries, reading),
      totalSize: reading.sizes.total,
    };
  }

  /** Resolves to what the manifest and its image config say, from a cache if possible. */
  get content(): KnownContent {
    return this.known;
  }

  private async explainConfig(
    repository: RepositoryName,
    config: Descriptor,
    purpose: Purpose,
  ): Promise<ExplainedConfig> {
    if (purpose !== 'image' && purpose !== 'attestation') return config;
    const image = await this.known.config(repository, config.digest);
    return typeof image === 'string' ? { ...config, problem: image } : { ...config, image };
  }

  private async explainEntries(
    repository: RepositoryName,
    entries: readonly EntrySummary[],
    reading: Reading,
  ): Promise<ExplainedEntry[]> {
    const explained: ExplainedEntry[] = [];
    for (const entry of entries) {
      const sizes = new ContentSizes();
      const purpose = await this.measure(repository, entry.digest, { reading, sizes });
      reading.sizes.addAll(sizes);
      explained.push({
        ...entry,
        ...(purpose && { purpose: entry.purpose ?? purpose, totalSize: sizes.total }),
      });
    }
    return explained;
  }

  /** Adds the sizes of a manifest and all that it names. Resolves to what it is for, or `undefined` if it cannot be read. */
  private async measure(
    repository: RepositoryName,
    digest: Digest,
    into: { readonly reading: Pick<Reading, 'left'>; readonly sizes: ContentSizes },
  ): Promise<Purpose | undefined> {
    if (into.reading.left-- <= 0) return undefined;
    const summary = await this.known.manifest(repository, digest).catch(ignoreUnreadable);
    if (summary === undefined) return undefined;
    into.sizes.addManifest(digest, summary);
    for (const entry of summary.entries) await this.measure(repository, entry.digest, into);
    return summary.purpose;
  }
}

/** An entry that is too large or invalid does not make its index unreadable. */
function ignoreUnreadable(error: unknown): undefined {
  if (!(error instanceof RegistryError)) throw error;
}

function withCommands(
  layers: readonly LayerSummary[],
  image: ImageConfig | undefined,
): ExplainedLayer[] {
  const steps = image === undefined ? [] : stepsOfLayers(image, layers.length);
  return layers.map((layer, at) => {
    const { command, created } = steps[at] ?? {};
    return {
      ...layer,
      ...(command !== undefined && { command }),
      ...(created !== undefined && { created }),
    };
  });
}
