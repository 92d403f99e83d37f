import { basename } from 'node:path';

import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { UnusableSeed } from './image-files.js';

/** Where an image of an archive goes in this registry. */
export interface ImageName {
  readonly repository: RepositoryName;
  readonly tag: TagName;
}

/**
 * Reads a name as docker writes it, such as `localhost:5000/team/app:1.0`.
 *
 * The registry's host is dropped, since the image is in this registry now; so is Docker Hub's `library/`.
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

/** The name of an image whose archive gives it a tag at most: the repository is called as the archive is. */
export function nameByArchive(archive: string, tag: string | undefined): ImageName {
  const name = basename(archive).replace(/(?:\.oci)?(?:\.(?:tar|tgz|gz|zst))*$/, '');
  return parseImageName(`${name.toLowerCase()}:${tag ?? 'latest'}`);
}

/** A first part with a dot, a colon or the name localhost is a host: so docker tells it from a part of the repository. */
function withoutHost(text: string): string {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  return first === 'localhost' || /[.:]/.test(first) ? text.slice(slash + 1) : text;
}
