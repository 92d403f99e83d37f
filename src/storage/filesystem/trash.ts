import { link, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type EntryKey } from '../protocol/collect/garbage-store.js';
import { isCollection, isRemoval, type PassFilter } from '../protocol/collect/passes.js';
import { removeIfEmpty, type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { allNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { decodeDigest, encodeDigest } from './names.js';

/** How many times a removal tries again when collectors move the entry meanwhile. */
const REMOVE_ROUNDS = 5;

/** Manages the entries that collectors and deletions set aside, in a directory for each pass. */
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

  /** Restores an entry durably if one of the allowed passes has set it aside. Resolves to whether one had. */
  async rescue(
    repository: RepositoryName,
    key: EntryKey,
    allows: PassFilter = isCollection,
  ): Promise<boolean> {
    for (const pass of await this.passes(repository)) {
      if (allows(pass) && (await this.restore(repository, pass, key))) return true;
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

  /**
   * Moves each entry into the pass, durably. Resolves to those that existed. An entry is moved in one step: between a link and an
   * `unlink`, a client could delete it and push it again, and the `unlink` would remove the new one.
   */
  async setAside<T extends EntryKey>(
    repository: RepositoryName,
    pass: string,
    entries: readonly T[],
  ): Promise<T[]> {
    const moved: T[] = [];
    const directories = new Set<string>();
    for (const entry of entries) {
      const live = this.layout.place(repository, entry);
      const aside = this.asidePath(repository, pass, entry);
      // A pass has a name of its own, so `rename` never meets another link to the same inode, where it would do nothing.
      const step = this.durability.inDirectory(dirname(aside), () => rename(live, aside));
      if (!(await succeedsIfPresent(step))) continue;
      moved.push(entry);
      directories.add(dirname(aside));
    }
    for (const directory of directories) await this.durability.syncDirectory(directory);
    return moved;
  }

  /** Returns the paths of an entry in deletions that are being decided. */
  async pathsInRemovals(repository: RepositoryName, key: EntryKey): Promise<string[]> {
    const passes = (await this.passes(repository)).filter(isRemoval);
    return passes.map((pass) => this.asidePath(repository, pass, key));
  }

  /** Removes a pass that held only this entry, durably: a power cut must not bring the entry back. */
  async endPass(repository: RepositoryName, pass: string, key: EntryKey): Promise<void> {
    const aside = this.asidePath(repository, pass, key);
    const within = dirname(aside);
    await unlink(aside).catch(ignoreNotFound);
    for (const path of [within, dirname(within), join(this.layout.trash(repository), pass)]) {
      await removeIfEmpty(path);
    }
    await this.durability.syncDirectory(this.layout.trash(repository)).catch(ignoreNotFound);
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

  /** Removes an entry from every pass. Resolves to whether one had it. */
  async dropEverywhere(repository: RepositoryName, key: EntryKey): Promise<boolean> {
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
