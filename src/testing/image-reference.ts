import { Digest } from '../domain/digest.js';
import { RegistryError } from '../domain/errors.js';
import { parseTagName, type TagName } from '../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../domain/repository-name.js';
import { checkArgument, TEXT } from './check-arguments.js';

/** A parsed name: a repository with a tag, a digest, both or neither. */
export interface ImageReference {
  readonly repository: RepositoryName;
  readonly tag: TagName | undefined;
  readonly digest: Digest | undefined;
}

/** The names of mirrors, with which references may begin. */
export interface MirroredNames {
  /** Returns whether a mirror has the name, such as `docker.io`. */
  has(name: string): boolean;
  /** Returns the name that a repository has here, such as `docker.io/library/alpine` for `docker.io/alpine`. */
  nameOf(repository: string): string;
}

/** The names of a registry without mirrors. */
export const NO_MIRRORS: MirroredNames = { has: () => false, nameOf: (repository) => repository };

/**
 * Parses `team/app:1.0`, `team/app@sha256:…` or `team/app`, optionally after one of the registry's
 * `hosts`. It may begin with the name of a mirror.
 *
 * @throws TypeError for anything but a text
 * @throws RegistryError `name-invalid`, also for another host; `tag-invalid`, `digest-invalid`
 */
export function parseImageReference(
  text: string,
  hosts: readonly string[],
  mirrors: MirroredNames = NO_MIRRORS,
): ImageReference {
  checkArgument('the image reference', text, TEXT);
  const host = hosts.find((one) => text.startsWith(`${one}/`));
  const isMirrored = mirrors.has(text.split('/', 1).join());
  if (host === undefined && !isMirrored) refuseForeignHost(text, hosts);
  const name = host === undefined ? text : text.slice(host.length + 1);
  const [path, digest] = split(name, name.indexOf('@'));
  const [repository, tag] = split(path, path.lastIndexOf(':'));
  return {
    repository: parseRepositoryName(mirrors.nameOf(repository)),
    tag: tag === undefined ? undefined : parseTagName(tag),
    digest: digest === undefined ? undefined : Digest.parse(digest),
  };
}

/** Refuses what every client reads as a host: a first part with a dot or a colon, or `localhost`. */
function refuseForeignHost(text: string, [own = '']: readonly string[]): void {
  const [first = '', ...rest] = text.split('/');
  if (rest.length === 0 || !(first === 'localhost' || /[.:]/.test(first))) return;
  throw new RegistryError(
    'name-invalid',
    `${text} names the host ${first}, but this registry is ${own}: leave out the host, or begin with ${own}/`,
  );
}

function split(text: string, at: number): [string, string?] {
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
