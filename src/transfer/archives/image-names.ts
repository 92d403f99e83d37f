import { basename } from 'node:path';

import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { UnusableSeed } from './image-files.js';

/** The place of an archive's image in this registry. */
export interface ImageName {
  readonly repository: RepositoryName;
  readonly tag: TagName;
}

/**
 * Parses a name in docker's form, such as `localhost:5000/team/app:1.0`. Drops the host and Docker Hub's `library/`, because the
 * image is in this registry now.
 *
 * @throws UnusableSeed
 */
export function parseImageName(text: string): ImageName {
  const name = /^docker\.io\/(?:library\/)?/.test(text)
    ? text.replace(/^docker\.io\/(?:library\/)?/, '')
    : withoutHost(text);
  const colon = name.lastIndexOf(':');
  const repository = tryParseRepositoryName(colon === -1 ? name : name.slice(0, colon));
  const tag = tryParseTagName(colon === -1 ? 'latest' : name.slice(colon + 1));
  if (repository !== undefined && tag !== undefined) return { repository, tag };
  throw new UnusableSeed(`${JSON.stringify(text)} is not the name of an image`);
}

/** Returns the name for an image whose archive names at most a tag: the repository is named after the archive. */
export function nameByArchive(archive: string, tag: string | undefined): ImageName {
  const name = basename(archive).replace(/(?:\.oci)?(?:\.(?:tar|tgz|gz|zst))*$/, '');
  return parseImageName(`${name.toLowerCase()}:${tag ?? 'latest'}`);
}

/** Removes the host. Docker's rule: a first part with a dot or a colon, or `localhost`, is a host. */
function withoutHost(text: string): string {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  return first === 'localhost' || /[.:]/.test(first) ? text.slice(slash + 1) : text;
}
