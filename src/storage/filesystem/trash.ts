import { link, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { allNames } from './disk/list-names.js';
import { type EntryKey, type Layout } from './layout.js';
import { decodeDigest, encodeDigest } from './names.js';

/** How many times a removal tries again when collectors move the entry meanwhile. */
const REMOVE_ROUNDS = 5;

/**
 * Manages the entries that collectors set aside. An entry gets a second link in the directory of the pass, and then loses its
 * first.
 */
export class Trash {
  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
  ) {}

  /** Returns the path of an entry that a pass has set aside. */
  asidePath(repository: RepositoryName, pass: string, { kind, digest, subject }: EntryKey): string {
    const directory = join(this.layout.trash(repository), pass, kind);
    const within = kind === 'referrers' ? encodeDigest(subject ?? digest) : digest.algorithm;
    return join(directory, within, kind === 'referrers' ? encodeDigest(digest) : digest.hex);
  }

  async passes(repository: RepositoryName): Promise<string[]> {
    return allNames(this.layout.trash(repository));
  }

  /** Resolves to the digests of a subject's referrers, in their place or set aside, each once, in no particular order. */
  async referrersOf(repository: RepositoryName, subject: Digest): Promise<Digest[]> {
    const live = this.layout.referrers(repository, subject);
    const names = new Set(await allNames(live));
    const passes = await this.passes(repository);
    for (const pass of passes) {
      const held = join(this.layout.trash(repository), pass, 'referrers', encodeDigest(subject));
      for (const name of await allNames(held)) names.add(name);
    }
    // Listed again, because entries may have been restored while the passes were read.
    if (passes.length > 0) for (const name of await allNames(live)) names.add(name);
    return [...names].map(decodeDigest).filter((digest) => digest !== undefined);
  }

  /** Restores an entry durably if any pass has set it aside. Resolves to whether one had. */
  async rescue(repository: RepositoryName, key: EntryKey): Promise<boolean> {
    for (const pass of await this.passes(repository)) {
      if (await this.restore(repository, pass, key)) return true;
    }
    return false;
  }

  /** Restores an entry of one pass durably, and keeps it in the pass. Resolves to whether the pass has it. */
  async restore(repository: RepositoryName, pass: string, key: EntryKey): Promise<boolean> {
    const live = this.layout.place(repository, key);
    const aside = this.asidePath(repository, pass, key);
    const linked = await succeedsIfPresent(
      this.durability.inDirectory(dirname(live), () => linkUnlessPresent(aside, live)),
    );
    if (linked) await this.durability.syncDirectory(dirname(live));
    return linked;
  }

  /** Links each entry into the pass, makes the links durable, and then removes the entries from their places. */
  async setAside<T extends EntryKey>(
    repository: RepositoryName,
    pass: string,
    entries: readonly T[],
  ): Promise<T[]> {
    const linked: T[] = [];
    const directories = new Set<string>();
    for (const entry of entries) {
      const live = this.layout.place(repository, entry);
      const aside = this.asidePath(repository, pass, entry);
      const step = this.durability.inDirectory(dirname(aside), () =>
        linkUnlessPresent(live, aside),
      );
      if (!(await succeedsIfPresent(step))) continue;
      linked.push(entry);
      directories.add(dirname(aside));
    }
    for (const directory of directories) await this.durability.syncDirectory(directory);
    // Entries are not renamed, because `rename` silently does nothing if both names are links to the same inode.
    for (const entry of linked) {
      await unlink(this.layout.place(repository, entry)).catch(ignoreNotFound);
    }
    return linked;
  }

  /**
   * Removes an entry from its place and from every pass, because a lookup would restore it from a pass. Resolves to whether it
   * existed.
   */
  async remove(repository: RepositoryName, key: EntryKey): Promise<boolean> {
    const live = this.layout.place(repository, key);
    let found = false;
    for (let round = 0; round < REMOVE_ROUNDS; round++) {
      const inPlace = await succeedsIfPresent(unlink(live));
      const aside = await this.dropEverywhere(repository, key);
      found ||= inPlace || aside;
      // While one link was removed, a collector may have created the other.
      if (!inPlace && !aside) break;
    }
    return found;
  }

  private async dropEverywhere(repository: RepositoryName, key: EntryKey): Promise<boolean> {
    let found = false;
    for (const pass of await this.passes(repository)) {
      if (await succeedsIfPresent(unlink(this.asidePath(repository, pass, key)))) found = true;
    }
    return found;
  }
}

/** Links `from` to `to` unless `to` exists. @throws ENOENT if `from` or the directory of `to` does not exist */
async function linkUnlessPresent(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
}
