import { randomBytes } from 'node:crypto';

import { Digest } from '../../domain/digest.js';
import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** A name for a file on its way to its place. No encoded name begins like it, so listings know it for what it is. */
export function temporaryName(): string {
  return `~${nonce()}`;
}

/** A temporary name for a file that may belong to `file` again; `belongsTo` tells which. */
export function nameAside(file: string): string {
  return `${temporaryName()}=${file}`;
}

/** The file that a temporary name of `nameAside` stands for, or `undefined`. */
export function belongsTo(temporary: string): string | undefined {
  return /^~[^=]+=(.+)$/.exec(temporary)?.[1];
}

/** The form of what `nonce` returns: it can be a part of a file's name. */
export const NONCE = /^[\w~]{12}$/;

/** A short text that no other caller gets, in this process or another. */
export function nonce(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', '~');
}

/** One file name for a repository; '+' is outside the grammar of names. */
export function encodeRepository(repository: RepositoryName): string {
  return repository.replaceAll('/', '+');
}

export function decodeRepository(file: string): RepositoryName | undefined {
  return tryParseRepositoryName(file.replaceAll('+', '/'));
}

/**
 * One file name for a tag: its lower case and, when it has capitals, ',' and the hex mask of their positions.
 *
 * Tags that differ in case only are different tags, on file systems that fold case too; 161 bytes at the most.
 */
export function encodeTag(tag: TagName): string {
  const lower = tag.toLowerCase();
  if (lower === tag) return lower;
  let mask = 0n;
  for (let index = 0; index < tag.length; index++) {
    if (tag[index] !== lower[index]) mask |= 1n << BigInt(index);
  }
  return `${lower},${mask.toString(16)}`;
}

/** The tag of a file name, or `undefined` for a name that `encodeTag` never gives. */
export function decodeTag(file: string): TagName | undefined {
  // First, because nearly all are so, and a repository may have a hundred thousand.
  if (!file.includes(',')) return file === file.toLowerCase() ? tryParseTagName(file) : undefined;
  const [lower = '', hex = '', ...rest] = file.split(',');
  if (rest.length > 0 || lower !== lower.toLowerCase()) return undefined;
  if (!/^[1-9a-f][0-9a-f]{0,31}$/.test(hex)) return undefined;
  const mask = BigInt(`0x${hex}`);
  const capitals = (letter: string, index: number) =>
    (mask >> BigInt(index)) & 1n ? letter.toUpperCase() : letter;
  const tag = tryParseTagName(Array.from(lower, capitals).join(''));
  return tag !== undefined && encodeTag(tag) === file ? tag : undefined;
}

export function encodeDigest({ algorithm, hex }: Digest): string {
  return `${algorithm}-${hex}`;
}

export function decodeDigest(file: string): Digest | undefined {
  return Digest.tryParse(file.replace('-', ':'));
}
