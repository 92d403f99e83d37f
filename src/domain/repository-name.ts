import { RegistryError } from './errors.js';

declare const brand: unique symbol;

/** The name of a repository, such as `team/app`, that is known to be well formed. */
export type RepositoryName = string & { readonly [brand]: 'RepositoryName' };

/** The longest name, in characters: names are one directory each, and file systems end at 255 bytes. */
export const REPOSITORY_NAME_MAX_LENGTH = 255;

// Each separator needs an alphanumeric after it, so a text matches in one way only and matching stays linear.
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);

/** Reads `text` as a repository name, or answers `undefined`. */
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
      `and ${REPOSITORY_NAME_MAX_LENGTH} characters at most`,
    { name: text.slice(0, 300) },
  );
}
