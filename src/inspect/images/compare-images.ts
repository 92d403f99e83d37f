import { byteOrder } from '../../domain/byte-order.js';
import { type ImageConfig } from '../manifests/image-config.js';
import { type KnownContent } from '../manifests/known-content.js';
import { type LayerSummary, type ManifestSummary } from '../manifests/manifest-summary.js';
import { type ChosenImage } from './chosen-image.js';

/** A name that only one image has, or that both have with different values. */
export interface ValueChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly a?: string;
  readonly b?: string;
}

/** How image `b` differs from image `a`. Sizes in bytes, as stored. */
export interface ImageComparison {
  readonly layers: {
    readonly shared: readonly LayerSummary[];
    readonly onlyA: readonly LayerSummary[];
    readonly onlyB: readonly LayerSummary[];
  };
  readonly env: readonly ValueChange[];
  readonly labels: readonly ValueChange[];
  /** Other fields of the config. A list is shown as JSON. */
  readonly fields: readonly ValueChange[];
  /** Whether both configs could be read. If not, only layers and sizes are compared. */
  readonly hasConfigs: boolean;
  readonly sizeA: number;
  readonly sizeB: number;
}

const FIELDS = [
  'created',
  'os',
  'osVersion',
  'architecture',
  'variant',
  'user',
  'workingDirectory',
  'stopSignal',
  'entrypoint',
  'cmd',
  'exposedPorts',
  'volumes',
] as const satisfies readonly (keyof ImageConfig)[];

/** Compares two images by their manifests and configs. */
export async function compareImages(
  content: KnownContent,
  a: ChosenImage,
  b: ChosenImage,
): Promise<ImageComparison> {
  const [one, other] = [await configOf(content, a), await configOf(content, b)];
  const hasConfigs = one !== undefined && other !== undefined;
  const changes = hasConfigs
    ? {
        env: changesOf(variablesOf(one), variablesOf(other)),
        labels: changesOf(
          new Map(Object.entries(one.labels)),
          new Map(Object.entries(other.labels)),
        ),
        fields: changesOf(fieldsOf(one), fieldsOf(other)),
      }
    : { env: [], labels: [], fields: [] };
  return {
    layers: compareLayers(a.summary.layers, b.summary.layers),
    ...changes,
    hasConfigs,
    sizeA: totalOf(a.summary),
    sizeB: totalOf(b.summary),
  };
}

async function configOf(
  content: KnownContent,
  { repository, summary }: ChosenImage,
): Promise<ImageConfig | undefined> {
  if (summary.config === undefined) return undefined;
  const config = await content.config(repository, summary.config.digest);
  return typeof config === 'string' ? undefined : config;
}

function compareLayers(
  a: readonly LayerSummary[],
  b: readonly LayerSummary[],
): ImageComparison['layers'] {
  const [inA, inB] = [a, b].map((layers) => new Set(layers.map(({ digest }) => digest.toString())));
  return {
    shared: b.filter(({ digest }) => inA?.has(digest.toString())),
    onlyA: a.filter(({ digest }) => !inB?.has(digest.toString())),
    onlyB: b.filter(({ digest }) => !inA?.has(digest.toString())),
  };
}

function variablesOf({ env }: ImageConfig): Map<string, string> {
  return new Map(
    env.map((variable) => {
      const at = variable.indexOf('=');
      return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
    }),
  );
}

function fieldsOf(config: ImageConfig): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of FIELDS) {
    const value = config[name];
    if (value === undefined || value.length === 0) continue;
    found.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return found;
}

function changesOf(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): ValueChange[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort(byteOrder);
  return names.flatMap((name): ValueChange[] => {
    const [before, after] = [a.get(name), b.get(name)];
    if (before === after) return [];
    if (before === undefined)
      return [{ name, change: 'added', ...(after !== undefined && { b: after }) }];
    if (after === undefined) return [{ name, change: 'removed', a: before }];
    return [{ name, change: 'changed', a: before, b: after }];
  });
}

/** The bytes of an image that a registry keeps, each content once. */
function totalOf({ size, config, layers }: ManifestSummary): number {
  const contents = config === undefined ? layers : [config, ...layers];
  const sizes = new Map(contents.map((content) => [content.digest.toString(), content.size]));
  return [...sizes.values()].reduce((sum, one) => sum + one, size);
}
