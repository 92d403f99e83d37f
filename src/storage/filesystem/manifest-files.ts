import { readFile } from 'node:fs/promises';

import { Digest } from '../../domain/digest.js';
import { ignoreNotFound } from '../../files/errors.js';
import { readSmallFile, statOfFile } from './disk/small-files.js';
import { type StoredFile } from './stored-files.js';

/** The thread pool reads a manifest of more bytes than this: reading it on this thread would delay other requests. */
const LARGE_MANIFEST_BYTES = 256 * 1024;

/** Resolves to the manifest at `path`, or to `undefined` if it does not exist or its bytes have another digest. */
export async function readManifest(path: string, digest: Digest): Promise<Uint8Array | undefined> {
  const size = statOfFile(path)?.size;
  const bytes = size === undefined ? undefined : await readBytes({ path, size });
  return bytes && Digest.of(bytes, digest.algorithm).equals(digest) ? bytes : undefined;
}

/** Resolves to the bytes of a manifest's file, or to `undefined` if it does not exist. */
export async function readBytes({ path, size }: StoredFile): Promise<Uint8Array | undefined> {
  if (size > LARGE_MANIFEST_BYTES) return readFile(path).catch(ignoreNotFound);
  return readSmallFile(path, size);
}
