import { Digest } from '../../domain/digest.js';
import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** Returns the file name of a repository. Repository names never contain '+'. */
export function encodeRepository(repository: RepositoryName): string {
  return repository.replaceAll('/', '+');
}

export function decodeRepository(file: string): RepositoryName | undefined {
  return tryParseRepositoryName(file.replaceAll('+', '/'));
}

/**
 * Returns the file name of a tag: its lower case and, if it has capitals, ',' and the hex mask of their positions. So tags that
 * differ only in case get different names, also on file systems that ignore case.
 *
 * @returns at most 161 bytes
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

/** Returns the tag of a file name, or `undefined` for a name that `encodeTag` never returns. */
export function decodeTag(file: string): TagName | undefined {
  // Nearly all tags have no capitals, and a repository may have a hundred thousand tags.
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
