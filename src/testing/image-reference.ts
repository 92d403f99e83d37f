import { Digest } from '../domain/digest.js';
import { parseTagName, type TagName } from '../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../domain/repository-name.js';

/** A parsed name: a repository with a tag, a digest, both or neither. */
export interface ImageReference {
  readonly repository: RepositoryName;
  readonly tag: TagName | undefined;
  readonly digest: Digest | undefined;
}

/**
 * Parses `team/app:1.0`, `team/app@sha256:…` or `team/app`, optionally after one of the registry's
 * `hosts`.
 *
 * @throws RegistryError `name-invalid`, `tag-invalid`, `digest-invalid`
 */
export function parseImageReference(text: string, hosts: readonly string[]): ImageReference {
  const host = hosts.find((one) => text.startsWith(`${one}/`));
  const name = host === undefined ? text : text.slice(host.length + 1);
  const [path, digest] = split(name, name.indexOf('@'));
  const [repository, tag] = split(path, path.lastIndexOf(':'));
  return {
    repository: parseRepositoryName(repository),
    tag: tag === undefined ? undefined : parseTagName(tag),
    digest: digest === undefined ? undefined : Digest.parse(digest),
  };
}

function split(text: string, at: number): [string, string?] {
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
