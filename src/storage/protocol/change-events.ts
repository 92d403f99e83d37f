import { type Digest } from '../../domain/digest.js';
import { type EventOrigin, type EventType, type NewEvent } from '../../domain/registry-event.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type MovedTag, type Publication } from '../ports/manifest-store.js';

/** What a publication has changed so far. */
export interface PublishedChanges {
  readonly moved: readonly MovedTag[];
  /** Whether the repository got its first manifest. */
  readonly isNewRepository: boolean;
  /** Whether the publication is complete. One that failed may have set some of its tags. */
  readonly isPublished: boolean;
  /** A text that no other push has. */
  readonly push: string;
}

/** Returns the events of a publication, in the order of its steps. */
export function eventsOfPublication(
  repository: RepositoryName,
  publication: Publication,
  { moved, isNewRepository, isPublished, push }: PublishedChanges,
): NewEvent[] {
  const { digest, manifest, tags, referrer } = publication;
  const common = {
    digest: digest.toString(),
    mediaType: manifest.mediaType,
    size: manifest.bytes.byteLength,
    ...causeOf(publication),
    push,
  };
  const type = isPublished ? typeOfPublication(publication) : undefined;
  const event = (type: EventType, data: NewEvent['data']): NewEvent => ({
    type,
    repository,
    data,
    ...originOf(publication),
  });
  return [
    ...(isNewRepository ? [event('repository.created', { ...causeOf(publication), push })] : []),
    ...(type !== undefined ? [event(type, { ...common, tags })] : []),
    ...(type !== undefined && referrer !== undefined
      ? [event('referrer.added', { ...common, subject: referrer.subject.toString() })]
      : []),
    ...moved.map(({ tag, from }) =>
      from === undefined
        ? event('tag.created', { ...common, tag })
        : event('tag.moved', { ...common, tag, previous: from.toString() }),
    ),
  ];
}

/** Returns the type of the event of the manifest itself, or `undefined` if it has none. */
function typeOfPublication({ mirror }: Publication): EventType | undefined {
  if (mirror === undefined) return 'manifest.pushed';
  return mirror.hasFetched ? 'mirror.fetched' : undefined;
}

/** Returns who publishes: a client with its login, or a mirror. */
function causeOf({ by, mirror }: Publication): { by?: string; mirror?: string } {
  return {
    ...(by !== undefined && { by }),
    ...(mirror !== undefined && { mirror: mirror.name }),
  };
}

/** Who removes something, and by which request. */
interface Remover {
  readonly by?: string;
  readonly origin?: EventOrigin;
}

/** Returns the event of a tag that was removed. */
export function eventOfRemovedTag(
  repository: RepositoryName,
  tag: TagName,
  digest: Digest,
  remover: Remover = {},
): NewEvent {
  const data = { tag, digest: digest.toString(), ...loginOf(remover) };
  return { type: 'tag.deleted', repository, data, ...originOf(remover) };
}

/** Returns the events of a manifest that was removed with its tags. */
export function eventsOfRemovedManifest(
  repository: RepositoryName,
  digest: Digest,
  tags: readonly TagName[],
  remover: Remover = {},
): NewEvent[] {
  const data = { digest: digest.toString(), ...loginOf(remover) };
  return [
    ...tags.map((tag) => eventOfRemovedTag(repository, tag, digest, remover)),
    { type: 'manifest.deleted', repository, data, ...originOf(remover) },
  ];
}

/** Returns the event of a repository that a collector removed after its last manifest. */
export function eventOfRemovedRepository(repository: RepositoryName): NewEvent {
  return { type: 'repository.deleted', repository, data: {} };
}

function loginOf({ by }: Remover): { by?: string } {
  return by === undefined ? {} : { by };
}

function originOf({ origin }: Remover): { origin?: EventOrigin } {
  return origin === undefined ? {} : { origin };
}
