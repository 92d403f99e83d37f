import { ApiProblem } from '../../api/client/api-problem.js';
import { type BerthClient } from '../../api/client/berth-client.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type CommandContext } from '../command.js';
import { connectionFailure, problemFailure } from './failures.js';
import { locate } from './reference.js';
import { registryUrl } from './registry-url.js';
import { type TargetOptions } from './target-options.js';

/** What a command works on: a running registry, or a storage. */
export interface Target {
  readonly client: BerthClient;
  /** The host of a registry with its port; empty for a storage. */
  readonly host: string;
  /** The storage itself, unless a registry serves it. */
  readonly storage: Storage | undefined;
  close(): Promise<void>;
}

/** A target, and the words of the command without their host. */
export interface OpenedTarget {
  readonly target: Target;
  readonly paths: readonly string[];
}

/** Where a command works, as chosen by its options, its words and the environment. */
export type Place = { readonly url: URL } | 'storage';

/** Opens the target of a command, runs `work` on it, and closes it. @throws PlainFailure */
export async function withTarget<T>(
  context: CommandContext,
  options: TargetOptions,
  words: readonly string[],
  work: (opened: OpenedTarget) => Promise<T>,
): Promise<T> {
  const { place, paths } = chosen(context, options, words);
  const where = place === 'storage' ? '' : place.url.host;
  try {
    const target = await open(context, options, place);
    return await work({ target, paths }).finally(() => target.close());
  } catch (error) {
    if (error instanceof ApiProblem) throw problemFailure(error, where);
    throw connectionFailure(error, where);
  }
}

/** Returns where a command works, and its words without their host. @throws PlainFailure */
export function chosen(
  context: Pick<CommandContext, 'environment'>,
  options: TargetOptions,
  words: readonly string[],
): { readonly place: Place; readonly paths: readonly string[] } {
  if (options.storage) return { place: 'storage', paths: words };
  const { registry = '', 'ca-file': caFile } = options;
  const tls = caFile !== undefined;
  if (registry !== '') {
    const url = registryUrl(registry, tls);
    return { place: { url }, paths: words.map((word) => withoutHost(word, url.host)) };
  }
  const located = words.map(locate);
  const host = located.find((one) => one.host !== undefined)?.host;
  if (host !== undefined) {
    const url = registryUrl(host, tls);
    return { place: { url }, paths: words.map((word) => withoutHost(word, host)) };
  }
  const { BERTH_REGISTRY: usual = '' } = context.environment();
  return { place: usual === '' ? 'storage' : { url: registryUrl(usual, tls) }, paths: words };
}

/** A word that names another host stays whole: then it is not a valid name. */
function withoutHost(word: string, host: string): string {
  return word.startsWith(`${host}/`) ? word.slice(host.length + 1) : word;
}

async function open(
  context: CommandContext,
  { username, 'ca-file': caFile }: TargetOptions,
  place: Place,
): Promise<Target> {
  const agent = `berth/${context.version}`;
  if (place === 'storage') {
    const settings = await context.settings();
    // A command for a registry loads no server.
    const { openStorageTarget } = await import('./storage-target.js');
    return openStorageTarget(settings, agent);
  }
  const { openRegistryTarget } = await import('./registry-target.js');
  return openRegistryTarget({ ...place, username, caFile, agent }, context.environment());
}
