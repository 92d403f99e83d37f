import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { type TagName } from '../../domain/reference.js';
import { PlainFailure } from '../plain-failure.js';
import { parseReference, requireTag } from '../target/reference.js';

/** A tag of a mirror, as a person types it. */
export interface MirrorImage {
  readonly mirror: string;
  /** The repository by its name in the other registry. */
  readonly repository: string;
  readonly tag: TagName;
}

/** Reads an image such as `docker.io/library/alpine:3`, whose tag is `latest` if it has none. @throws PlainFailure */
export function parseMirrorImage(text: string): MirrorImage {
  const { repository: name, tag = requireTag('latest'), digest } = parseReference(text);
  if (digest !== undefined) {
    throw new PlainFailure(`${text} has a digest, which never changes; name a tag`);
  }
  const slash = name.indexOf('/');
  const repository = name.slice(slash + 1);
  if (slash === -1 || tryParseRepositoryName(repository) === undefined) {
    throw new PlainFailure(
      `${text} is not an image of a mirror; begin with its name, such as docker.io/library/alpine:3`,
    );
  }
  return { mirror: name.slice(0, slash), repository, tag };
}

/** Returns an image as people type it. */
export function mirrorImageText({ mirror, repository, tag }: MirrorImage): string {
  return `${mirror}/${repository}:${tag}`;
}
