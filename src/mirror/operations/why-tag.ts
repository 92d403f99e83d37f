import { type MirrorReasons, type RemoteTag, type StoredTag } from '../../domain/mirror-control.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TagMemory } from '../content/tag-resolver.js';
import { isAllowed, type RemoteRepository } from '../plan/meant-repository.js';
import { sentencesOn } from './why-sentences.js';

/** A tag of a mirror, by its names here and in the upstream. */
export interface MeantTag extends RemoteRepository, Pick<RemoteTag, 'tag'> {
  readonly name: RepositoryName;
}

/** What is known of tags. */
export interface WhyParts {
  readonly storage: Pick<Storage, 'statistics' | 'usage'>;
  /** What this process remembers of a tag. */
  readonly memory: (repository: RepositoryName, tag: RemoteTag['tag']) => TagMemory;
  /** The time in milliseconds since the epoch. */
  readonly now: () => number;
}

/** Resolves to what is known of a tag, and what a pull of it would get. Nothing is asked, and no last-used time changes. */
export async function whyTag(meant: MeantTag, parts: WhyParts): Promise<MirrorReasons> {
  const { name, tag, remote, mirror } = meant;
  const stored = await storedTag(meant, parts.storage);
  const { ageMs, digest, isMissing, restingMs } = parts.memory(name, tag);
  const at = parts.now();
  const facts = {
    ...{ name, repository: remote, tag, allowed: isAllowed(meant), offline: mirror.offline },
    ...(mirror.fetch && { fetch: mirror.fetch }),
    ...(stored && { stored }),
    ...(ageMs !== undefined && {
      lastAnswer: { at: new Date(at - ageMs), ...(digest && { digest: `${digest}` }) },
    }),
    pins: mirror.pin.filter((one) => matches(one, meant)).map(({ text }) => text),
    warm: (mirror.warm?.images ?? []).filter((one) => matches(one, meant)).map(({ text }) => text),
  };
  const memory = { ageMs, isMissing, restingMs };
  return { ...facts, sentences: sentencesOn(facts, mirror, memory, at) };
}

async function storedTag(
  { name, tag }: MeantTag,
  { statistics, usage }: WhyParts['storage'],
): Promise<StoredTag | undefined> {
  for await (const { tag: other, digest, pushedAt } of statistics.tags(name)) {
    if (other !== tag) continue;
    const pulls = (await usage.of(name)).get(`${digest}`);
    return {
      digest: `${digest}`,
      since: new Date(pushedAt),
      ...(pulls && { lastPulledAt: new Date(pulls.lastPulledAt) }),
    };
  }
  return undefined;
}

function matches(
  pattern: { matches(repository: RepositoryName, tag: RemoteTag['tag']): boolean },
  { remote, tag }: MeantTag,
): boolean {
  return pattern.matches(remote as RepositoryName, tag);
}
