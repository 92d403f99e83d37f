import { RegistryError } from './errors.js';

declare const brand: unique symbol;

/** A well-formed name of a repository, such as `team/app`. */
export type RepositoryName = string & { readonly [brand]: 'RepositoryName' };

/** The longest name, in characters. Each name becomes one directory, whose name may have 255 bytes. */
const REPOSITORY_NAME_MAX_LENGTH = 255;

// An alphanumeric follows each separator, so a text matches in only one way and matching takes linear time.
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);

/** Reads `text` as a repository name. Returns `undefined` if it is invalid. */
export function tryParseRepositoryName(text: string): RepositoryName | undefined {
  if (text.length > REPOSITORY_NAME_MAX_LENGTH || !NAME.test(text)) return undefined;
  return text as RepositoryName;
}

/**
 * Reads `text` as a repository name.
 *
 * Source: OCI Distribution Specification, "Pulling manifests".
 * @throws RegistryError `name-invalid`
 */
export function parseRepositoryName(text: string): RepositoryName {
  const name = tryParseRepositoryName(text);
  if (name !== undefined) return name;
  throw new RegistryError(
    'name-invalid',
    'a repository name has lower-case letters, digits and the separators . _ __ - / between them, ' +
      `and at most ${REPOSITORY_NAME_MAX_LENGTH} characters`,
    { name: text.slice(0, 300) },
  );
}
