import { isJsonObject, tryParseJsonObject, type JsonObject } from '../../domain/descriptor.js';
import { listAt, objectAt, textAt, textsAt } from './json-values.js';

/** What an image config says about the image and its containers. Fields of a wrong type are treated as absent. */
export interface ImageConfig {
  /** In the form of the config: RFC 3339. */
  readonly created?: string;
  readonly author?: string;
  readonly os?: string;
  readonly osVersion?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly stopSignal?: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly HistoryEntry[];
}

/** One step of the build, the oldest first. */
export interface HistoryEntry {
  readonly created?: string;
  readonly command?: string;
  readonly comment?: string;
  /** Whether the step made no layer. */
  readonly isEmpty: boolean;
}

/** Reads the config of an OCI or Docker image. Returns `undefined` if it is not a JSON object. */
export function readImageConfig(bytes: Uint8Array): ImageConfig | undefined {
  const json = tryParseJsonObject(bytes);
  if (json === undefined) return undefined;
  const run = objectAt(json, 'config');
  return {
    ...texts(json, {
      created: 'created',
      author: 'author',
      os: 'os',
      osVersion: 'os.version',
      architecture: 'architecture',
      variant: 'variant',
    }),
    ...texts(run, { user: 'User', workingDirectory: 'WorkingDir', stopSignal: 'StopSignal' }),
    env: textsAt(run, 'Env'),
    entrypoint: textsAt(run, 'Entrypoint'),
    cmd: textsAt(run, 'Cmd'),
    exposedPorts: Object.keys(objectAt(run, 'ExposedPorts')).sort(),
    volumes: Object.keys(objectAt(run, 'Volumes')).sort(),
    labels: labelsOf(objectAt(run, 'Labels')),
    history: listAt(json, 'history').filter(isJsonObject).map(historyEntry),
  };
}

/** Returns all steps of the build, or nothing if their number shows that the history does not describe the layers. */
export function stepsOf(
  { history }: Pick<ImageConfig, 'history'>,
  layers: number,
): readonly HistoryEntry[] {
  return history.filter(madeLayer).length === layers ? history : [];
}

/** Returns the steps that made the layers, under the same condition. */
export function stepsOfLayers(
  config: Pick<ImageConfig, 'history'>,
  layers: number,
): readonly HistoryEntry[] {
  return stepsOf(config, layers).filter(madeLayer);
}

function madeLayer({ isEmpty }: HistoryEntry): boolean {
  return !isEmpty;
}

function historyEntry(json: JsonObject): HistoryEntry {
  return {
    ...texts(json, { created: 'created', command: 'created_by', comment: 'comment' }),
    isEmpty: json['empty_layer'] === true,
  };
}

function labelsOf(json: JsonObject): Record<string, string> {
  const pairs = Object.entries(json).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Returns the texts of `json` under other names. Those that are absent or empty are left out. */
function texts<Name extends string>(
  json: JsonObject,
  keys: Readonly<Record<Name, string>>,
): { readonly [Key in Name]?: string } {
  const pairs = Object.entries<string>(keys).map(([name, key]) => [name, textAt(json, key)]);
  const present = pairs.filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { readonly [Key in Name]?: string };
}
