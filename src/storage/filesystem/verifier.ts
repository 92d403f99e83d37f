import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Verified, type Verifier } from '../ports/verifier.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { type FileGarbageStore } from './garbage-store.js';
import { type Layout } from './layout.js';
import { encodeDigest } from './names.js';
import { nonce } from './disk/temporary-names.js';
import { digestOfFile } from './staged-file.js';

/** A file to read, and its repository if it has one. */
interface Stored {
  readonly path: string;
  readonly repository: RepositoryName | undefined;
  readonly kind: 'manifests' | 'blobs';
  readonly digest: Digest;
}

/** Reads every file of a store, and each inode only once. */
export class FileVerifier implements Verifier {
  constructor(
    private readonly layout: Layout,
    private readonly garbage: FileGarbageStore,
  ) {}

  async total(): Promise<number> {
    const seen = new Set<number>();
    let total = 0;
    for await (const { path } of this.everything()) {
      const found = await stat(path).catch(ignoreNotFound);
      if (found === undefined || seen.has(found.ino)) continue;
      seen.add(found.ino);
      total += found.size;
    }
    return total;
  }

  async *verify(): AsyncIterable<Verified> {
    const verdicts = new Map<number, boolean>();
    for await (const { path, ...stored } of this.everything()) {
      const found = await stat(path).catch(ignoreNotFound);
      if (found === undefined) continue;
      const known = verdicts.get(found.ino);
      const whole = known ?? (await isWhole(path, stored.digest));
      verdicts.set(found.ino, whole);
      yield { ...stored, size: found.size, whole, read: known === undefined ? found.size : 0 };
    }
  }

  /** Moves damaged files to the quarantine. Each is read again after the move, and restored if a push has repaired it. */
  async quarantine({ repository, kind, digest }: Verified): Promise<void> {
    const content = kind === 'blobs' ? [this.layout.content(digest)] : [];
    const own = repository === undefined ? [] : [this.layout.place(repository, { kind, digest })];
    await mkdir(this.layout.quarantine, { recursive: true });
    for (const path of [...own, ...content]) {
      const aside = join(this.layout.quarantine, `${encodeDigest(digest)}.${nonce()}`);
      if (!(await succeedsIfPresent(rename(path, aside))) || !(await isWhole(aside, digest)))
        continue;
      await link(aside, path).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
      await unlink(aside);
    }
  }

  private async *everything(): AsyncIterable<Stored> {
    for await (const repository of this.garbage.repositories()) {
      for (const kind of ['manifests', 'blobs'] as const) {
        for await (const { digest } of this.garbage.of(repository).entries(kind)) {
          const path = this.layout.place(repository, { kind, digest });
          yield { path, repository, kind, digest };
        }
      }
    }
    for await (const digest of this.garbage.contents()) {
      yield { path: this.layout.content(digest), repository: undefined, kind: 'blobs', digest };
    }
  }
}

async function isWhole(path: string, digest: Digest): Promise<boolean> {
  const file = await open(path, 'r').catch(ignoreNotFound);
  if (file === undefined) return true;
  try {
    const { size } = await file.stat();
    return (await digestOfFile(file, size, digest.algorithm)).equals(digest);
  } finally {
    await file.close();
  }
}
