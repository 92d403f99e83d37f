import { type Digest } from '../../../domain/digest.js';
import { Turns } from '../yield-every.js';
import { type RepositoryGarbage } from './garbage-store.js';

/** Reads a manifest in its place or set aside. Resolves to `undefined` if it does not exist. */
export type ReadManifest = (digest: Digest) => Promise<Uint8Array | undefined>;

/** Returns a function that reads many manifests of a repository, and lets other work run meanwhile. */
export function manifestReader(garbage: Pick<RepositoryGarbage, 'peek'>): ReadManifest {
  const turns = new Turns();
  return async (digest) => {
    const bytes = await garbage.peek(digest);
    await turns.afterBytes(bytes?.byteLength ?? 0);
    return bytes;
  };
}
