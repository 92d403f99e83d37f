import { link, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { type Layout } from './layout.js';
import { temporaryName } from './names.js';
import { type StagedBlob } from './staged-file.js';

/** Why a hard link is refused where a copy does: too many of them, another device, a file system without them. */
const NO_MORE_LINKS = ['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * The names of blobs: the shared content, and each repository's claim on it.
 *
 * A claim is a hard link, so one stat tells that a repository has a blob and how long it is, its bytes cannot vanish
 * under it, and the kernel's link count tells whether anybody still has it.
 */
export class BlobLinks {
  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
    private readonly files: StoredFiles,
  ) {}

  /** Makes a verified staged file a blob of `repository`, durably. The staged file stays. @throws ENOENT when it is gone */
  async commit(repository: RepositoryName, { path, digest }: StagedBlob): Promise<void> {
    const claim = this.layout.claim(repository, digest);
    const content = this.layout.content(digest);
    const named = [dirname(claim)];
    if (!(await this.linkShared(content, claim, digest))) {
      await this.place(path, claim, digest);
      // Somebody may have been quicker with the same content: then his is the one copy that stays.
      if (!(await this.place(path, content, digest))) {
        await this.replace(content, claim).catch(ignoreNotFound);
      }
      named.push(dirname(content));
    }
    // At once: a journal takes both names to the disk in one go.
    await Promise.all(named.map((directory) => this.durability.syncDirectory(directory)));
  }

  /** Makes `target` claim what `source` claims. Answers whether `target` has it now. */
  async mount(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    const from = this.layout.claim(source, digest);
    const claim = this.layout.claim(target, digest);
    const there = (await this.files.find(source, 'blobs', digest)) !== undefined;
    // Not found means deleted since: a target directory that is missing is made by `place`.
    if (!there || !(await succeedsIfPresent(this.place(from, claim, digest)))) {
      return (await this.files.find(target, 'blobs', digest)) !== undefined;
    }
    await this.durability.syncDirectory(dirname(claim));
    return true;
  }

  /**
   * Removes the shared name of content that no repository claims. Answers the bytes freed.
   *
   * A link made meanwhile keeps the bytes, and a writer that finds the name gone still has its staged file.
   */
  async freeUnclaimed(digest: Digest): Promise<number> {
    const content = this.layout.content(digest);
    const found = await stat(content).catch(ignoreNotFound);
    if (found?.nlink !== 1) return 0;
    return (await succeedsIfPresent(unlink(content))) ? found.size : 0;
  }

  /** Links the shared content over `claim` if it is there and whole: its bytes are on the disk already. */
  private async linkShared(content: string, claim: string, digest: Digest): Promise<boolean> {
    const there = (await this.files.sizeAt(content, digest)) !== undefined;
    return there && (await succeedsIfPresent(this.place(content, claim, digest)));
  }

  /** Gives `from` the name `to`. False when a whole blob has it already; anything else there is replaced. */
  private async place(from: string, to: string, digest: Digest): Promise<boolean> {
    return this.durability.inDirectory(dirname(to), async () => {
      try {
        await this.linkOrCopy(from, to);
        return true;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      if ((await this.files.sizeAt(to, digest)) !== undefined) return false;
      await this.replace(from, to);
      return true;
    });
  }

  private async replace(from: string, to: string): Promise<void> {
    const temporary = join(dirname(to), temporaryName());
    try {
      await this.linkOrCopy(from, temporary);
      await rename(temporary, to);
    } finally {
      // Renaming one link of an inode onto another does nothing and leaves both.
      await unlink(temporary).catch(ignoreNotFound);
    }
  }

  private async linkOrCopy(from: string, to: string): Promise<void> {
    try {
      await link(from, to);
    } catch (error) {
      if (!hasCode(error, ...NO_MORE_LINKS)) throw error;
      await this.copy(from, to);
    }
  }

  /** What `link` would do, with bytes of its own. */
  private async copy(from: string, to: string): Promise<void> {
    if ((await stat(to).catch(ignoreNotFound)) !== undefined) {
      throw Object.assign(new Error('the name is taken'), { code: 'EEXIST' });
    }
    const temporary = join(dirname(to), temporaryName());
    try {
      await this.durability.copyFile(from, temporary);
      await this.files.touch(temporary, (await stat(temporary)).size);
      await rename(temporary, to);
    } finally {
      await unlink(temporary).catch(ignoreNotFound);
    }
  }
}
