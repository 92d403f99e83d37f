import { Digest } from '../../domain/digest.js';
import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { PlainFailure } from '../plain-failure.js';

/** A word that names a repository, a tag or a manifest, split into its host and the rest. */
export interface Located {
  /** Such as `registry.example.com`, `localhost:5000` or `https://localhost:5000`. */
  readonly host?: string;
  readonly path: string;
}

/** What a command is about: a repository, or one of its tags or manifests. */
export interface Reference {
  readonly repository: RepositoryName;
  readonly tag?: TagName;
  readonly digest?: DigestText;
}

/** A digest as typed: a whole one, or its beginning as tables show it. */
export type DigestText = string;

/** A beginning of a digest that is long enough to be meant as one. */
const SHORT_DIGEST = /^sha(256|512):[\da-f]{7,}$/;

/**
 * Splits a word as docker does: the part before the first slash is a host if it has a dot or a colon, or is `localhost`. A URL is
 * split, too.
 */
export function locate(text: string): Located {
  const [, origin, rest = ''] = /^(https?:\/\/[^/]+)\/?(.*)$/i.exec(text) ?? [];
  if (origin !== undefined) return { host: origin, path: rest };
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  if (!/[.:]/.test(first) && first !== 'localhost') return { path: text };
  return { host: first, path: text.slice(slash + 1) };
}

/** Reads `NAME`, `NAME:TAG` or `NAME@DIGEST`. @throws PlainFailure */
export function parseReference(text: string): Reference {
  const [, name = '', tag, digest] = /^([^:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(text) ?? [];
  const repository = tryParseRepositoryName(name);
  if (repository === undefined) {
    throw new PlainFailure(
      `${text} is not a valid repository name: use lower-case letters, digits and . _ - / between them, such as team/app:1.0`,
    );
  }
  if (digest !== undefined) return { repository, digest: requireDigest(digest) };
  if (tag === undefined) return { repository };
  return { repository, tag: requireTag(tag) };
}

/** Reads the name of a repository alone. @throws PlainFailure */
export function parseRepository(text: string): RepositoryName {
  const { repository, tag, digest } = parseReference(text);
  if (tag === undefined && digest === undefined) return repository;
  throw new PlainFailure(`${text} has a tag or a digest; name the repository alone: ${repository}`);
}

/** Reads a tag. @throws PlainFailure */
export function requireTag(text: string): TagName {
  const tag = tryParseTagName(text);
  if (tag !== undefined) return tag;
  throw new PlainFailure(
    `${JSON.stringify(text)} is not a valid tag: use at most 128 letters, digits and _ . -, beginning with neither . nor -`,
  );
}

/** Whether a digest is complete. */
export function isWhole(digest: DigestText): boolean {
  return Digest.tryParse(digest) !== undefined;
}

function requireDigest(text: string): DigestText {
  const whole = text.includes(':') ? text : `sha256:${text}`;
  if (isWhole(whole) || SHORT_DIGEST.test(whole)) return whole;
  throw new PlainFailure(`${text} is not a sha256 or sha512 digest`);
}
