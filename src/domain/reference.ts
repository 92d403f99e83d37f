import { Digest } from './digest.js';
import { RegistryError } from './errors.js';

declare const brand: unique symbol;

/** A well-formed tag, such as `1.0` or `latest`. */
export type TagName = string & { readonly [brand]: 'TagName' };

/** Identifies a manifest in a request. */
export type Reference = Digest | TagName;

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Reads `text` as a tag. Returns `undefined` if it is invalid. */
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
    'a tag has at most 128 letters, digits and the characters _ . - and begins with neither . nor -',
    { tag: text.slice(0, 200) },
  );
}

/**
 * Reads the last part of a manifest's path: a digest if it has a colon, which tags never have, and a tag otherwise.
 *
 * @throws RegistryError `digest-invalid` or `tag-invalid`
 */
export function parseReference(text: string): Reference {
  return text.includes(':') ? Digest.parse(text) : parseTagName(text);
}

/** Reads the last part of a manifest's path. Returns `undefined` if it is neither a tag nor a digest. */
export function tryParseReference(text: string): Reference | undefined {
  return text.includes(':') ? Digest.tryParse(text) : tryParseTagName(text);
}

/** Returns the tag that lists a subject's referrers for clients of registries without the referrers API. */
export function referrersTag(subject: Digest): TagName {
  return `${subject.algorithm}-${subject.hex.slice(0, 64)}` as TagName;
}
