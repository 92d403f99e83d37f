import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type TagName } from '../../domain/reference.js';
import { type Publication } from '../ports/manifest-store.js';
import { type ExpectedTag } from '../ports/tag-store.js';

/** The conditions under which a publication may set its tags. */
export type TagConditions = Pick<Publication, 'digest' | 'fixedTags' | 'expects'>;

/**
 * Does nothing if the publication may set a tag that points to `current`; `undefined` is a tag that does not exist.
 *
 * @throws RegistryError `denied` for a fixed tag, or `tag-changed`
 */
export function requireTag(
  { digest, fixedTags = [], expects }: TagConditions,
  tag: TagName,
  current: Digest | undefined,
): void {
  requireExpected(tag, expects, current);
  if (current === undefined || current.equals(digest) || !fixedTags.includes(tag)) return;
  throw new RegistryError('denied', `tag ${tag} points to another manifest and may not move`, {
    tag,
  });
}

/** Does nothing if a tag that points to `actual` is as expected. @throws RegistryError `tag-changed` */
export function requireExpected(
  tag: TagName,
  expects: ExpectedTag | undefined,
  actual: Digest | undefined,
): void {
  if (expects === undefined || `${expects.digest}` === `${actual}`) return;
  const message =
    actual === undefined
      ? `the tag ${tag} does not exist, but the change expects ${expects.digest}`
      : `the tag ${tag} points to ${actual}, but the change expects ${expects.digest ?? 'no such tag'}`;
  throw new RegistryError('tag-changed', `${message}: read the tag again`, {
    tag,
    expected: expects.digest ?? null,
    actual: actual ?? null,
  });
}
