import { Digest } from './digest.js';
import { RegistryError } from './errors.js';

declare const brand: unique symbol;

/** A tag, such as `1.0` or `latest`, that is known to be well formed. */
export type TagName = string & { readonly [brand]: 'TagName' };

/** What a manifest is asked for by. */
export type Reference = Digest | TagName;

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Reads `text` as a tag, or answers `undefined`. */
export function tryParseTagName(text: string): TagName | undefined {
  return TAG.test(text) ? (text as TagName) : undefined;
}

/**
 * Reads `text` as a tag.
 *
 * Source: OCI Distribution Specification, "Pulling manifests".
 * @throws RegistryError `tag-invalid`
 */
export function parseTagName(text: string): TagName {
  const tag = tryParseTagName(text);
  if (tag !== undefined) return tag;
  throw new RegistryError(
    'tag-invalid',
    'a tag has up to 128 letters, digits, and the characters _ . - of which it does not begin with the last two',
    { tag: text.slice(0, 200) },
  );
}

/**
 * Reads the last part of a manifest's path: a digest when it has a colon (no tag has one), else a tag.
 *
 * @throws RegistryError `digest-invalid` or `tag-invalid`
 */
export function parseReference(text: string): Reference {
  return text.includes(':') ? Digest.parse(text) : parseTagName(text);
}

/** The tag under which clients of registries without the referrers API keep the list of a subject's referrers. */
export function referrersTag(subject: Digest): TagName {
  return `${subject.algorithm}-${subject.hex.slice(0, 64)}` as TagName;
}
