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

/** How often a removal looks again for what collectors move meanwhile. */
const REMOVE_ROUNDS = 5;

/**
 * What collectors have set aside: a second link in the directory of their pass, which stays when the first is unlinked.
 *
 * Never a rename: renaming one link of an inode onto another does nothing, in silence.
 */
export class Trash {
  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
  ) {}

  /** The path of an entry in the hands of a pass. */
  asidePath(repository: RepositoryName, pass: string, { kind, digest, subject }: EntryKey): string {
    const directory = join(this.layout.trash(repository), pass, kind);
    const within = kind === 'referrers' ? encodeDigest(subject ?? digest) : digest.algorithm;
    return join(directory, within, kind === 'referrers' ? encodeDigest(digest) : digest.hex);
  }

  async passes(repository: RepositoryName): Promise<string[]> {
    return allNames(this.layout.trash(repository));
  }

  /** The digests of a subject's referrers, in their place or in the hands of passes, each once and in no order. */
  async referrersOf(repository: RepositoryName, subject: Digest): Promise<Digest[]> {
    const live = this.layout.referrers(repository, subject);
    const names = new Set(await allNames(live));
    const passes = await this.passes(repository);
    for (const pass of passes) {
      const held = join(this.layout.trash(repository), pass, 'referrers', encodeDigest(subject));
      for (const name of await allNames(held)) names.add(name);
    }
    // What was put back while the passes were asked is in its place again.
    if (passes.length > 0) for (const name of await allNames(live)) names.add(name);
    return [...names].map(decodeDigest).filter((digest) => digest !== undefined);
  }

  /** Links an entry back from whatever pass holds it, durably. Answers whether one did. */
  async rescue(repository: RepositoryName, key: EntryKey): Promise<boolean> {
    for (const pass of await this.passes(repository)) {
      if (await this.restore(repository, pass, key)) return true;
    }
    return false;
  }

  /** Links an entry back from one pass, durably. Answers whether the pass holds it. */
  async restore(repository: RepositoryName, pass: string, key: EntryKey): Promise<boolean> {
    const live = this.layout.place(repository, key);
    const aside = this.asidePath(repository, pass, key);
    const linked = await succeedsIfPresent(
      this.durability.inDirectory(dirname(live), () => this.linkIfFree(aside, live)),
    );
    if (linked) await this.durability.syncDirectory(dirname(live));
    return linked;
  }

  /** Links each entry into the pass, makes that durable, and only then takes those away from their places. */
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
      const step = this.durability.inDirectory(dirname(aside), () => this.linkIfFree(live, aside));
      if (!(await succeedsIfPresent(step))) continue;
      linked.push(entry);
      directories.add(dirname(aside));
    }
    for (const directory of directories) await this.durability.syncDirectory(directory);
    for (const entry of linked) {
      await unlink(this.layout.place(repository, entry)).catch(ignoreNotFound);
    }
    return linked;
  }

  /**
   * Takes an entry away from its place and out of the hands of every pass. Answers whether it was anywhere.
   *
   * Unlinking it from its place alone would not be enough: the next look restores what a collector holds.
   */
  async remove(repository: RepositoryName, key: EntryKey): Promise<boolean> {
    const live = this.layout.place(repository, key);
    let found = false;
    for (let round = 0; round < REMOVE_ROUNDS; round++) {
      const inPlace = await succeedsIfPresent(unlink(live));
      const inHands = await this.dropEverywhere(repository, key);
      found ||= inPlace || inHands;
      // A collector may have linked one of the two while the other was unlinked.
      if (!inPlace && !inHands) break;
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

  private async linkIfFree(from: string, to: string): Promise<void> {
    await link(from, to).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}
