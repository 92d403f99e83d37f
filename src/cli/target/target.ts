import { ApiProblem } from '../../api/client/api-problem.js';
import { type BerthClient } from '../../api/client/berth-client.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type CommandContext } from '../command.js';
import { connectionFailure, problemFailure } from './failures.js';
import { locate } from './reference.js';
import { PlainFailure } from '../plain-failure.js';
import { registryUrl } from './registry-url.js';
import { type RegistryOptions, type TargetOptions } from './target-options.js';

/** What a command works on: a running registry, or a storage. */
export interface Target {
  readonly client: BerthClient;
  /** The host of a registry with its port; empty for a storage. */
  readonly host: string;
  /** The storage itself, unless a registry serves it. */
  readonly storage: Storage | undefined;
  close(): Promise<void>;
}

/** Where a command works, as chosen by its options, its words and the environment. */
export type Place = { readonly url: URL } | 'storage';

/** A place, and what was typed. */
export interface Chosen {
  readonly place: Place;
  /** The words of the command without their host. */
  readonly paths: readonly string[];
  /** Returns a command for the same place, such as `berth tag HOST/team/app@… 1.0`. `rest` follows the reference. */
  readonly again: (verb: string, reference: string, rest?: string) => string;
}

/** A target, and what was typed. */
export interface OpenedTarget extends Chosen {
  readonly target: Target;
}

/** Opens the target of a command, runs `work` on it, and closes it. @throws PlainFailure */
export async function withTarget<T>(
  context: CommandContext,
  options: TargetOptions,
  words: readonly string[],
  work: (opened: OpenedTarget) => Promise<T>,
): Promise<T> {
  return openAt(context, options, choose(context, options, words), work);
}

/**
 * Opens the running registry of a command, which a host in its words does not choose: there it would look like the name of a mirror.
 * The host of the registry itself may stand in front of each word.
 *
 * @throws PlainFailure, also if no registry is named
 */
export async function withRegistry<T>(
  context: CommandContext,
  options: RegistryOptions,
  words: readonly string[],
  work: (opened: OpenedTarget) => Promise<T>,
): Promise<T> {
  const { BERTH_REGISTRY: usual = '' } = context.environment();
  const target = { ...options, storage: false, registry: options.registry ?? usual };
  if (target.registry === '') {
    throw new PlainFailure(
      'this command asks a running registry: name it with --registry or BERTH_REGISTRY, such as --registry https://registry.example.com',
    );
  }
  return openAt(context, target, choose(context, target, words), work);
}

async function openAt<T>(
  context: CommandContext,
  options: TargetOptions,
  where: Chosen,
  work: (opened: OpenedTarget) => Promise<T>,
): Promise<T> {
  const host = where.place === 'storage' ? '' : where.place.url.host;
  try {
    const target = await open(context, options, where.place);
    return await work({ target, ...where }).finally(() => target.close());
  } catch (error) {
    if (error instanceof ApiProblem) throw problemFailure(error, host);
    throw connectionFailure(error, host);
  }
}

/** Returns where a command works. The options win over a host in its words, and that wins over the environment. @throws PlainFailure */
export function choose(
  context: Pick<CommandContext, 'environment'>,
  options: TargetOptions,
  words: readonly string[],
): Chosen {
  const { storage, registry = '', 'ca-file': caFile } = options;
  const urlOf = (text: string): URL => registryUrl(text, caFile !== undefined);
  if (storage) return { place: 'storage', paths: words, again: again('', ' --storage') };
  if (registry !== '') {
    const url = urlOf(registry);
    const paths = words.map((word) => withoutHost(word, url.host));
    return { place: { url }, paths, again: again('', ` --registry ${registry}`) };
  }
  const host = words.map(locate).find((one) => one.host !== undefined)?.host;
  if (host !== undefined) {
    const paths = words.map((word) => withoutHost(word, host));
    return { place: { url: urlOf(host) }, paths, again: again(`${host}/`, '') };
  }
  const { BERTH_REGISTRY: usual = '' } = context.environment();
  const place: Place = usual === '' ? 'storage' : { url: urlOf(usual) };
  return { place, paths: words, again: again('', '') };
}

function again(prefix: string, option: string): Chosen['again'] {
  return (verb, reference, rest) =>
    [`berth ${verb}`, `${prefix}${reference}`, ...(rest === undefined ? [] : [rest])].join(' ') +
    option;
}

/** A word that names another host stays whole: then it is not a valid name. */
function withoutHost(word: string, host: string): string {
  const located = locate(word);
  return located.host === host ? located.path : word;
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
