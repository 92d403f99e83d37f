import { link, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { type Layout } from './layout.js';
import { temporaryName } from './disk/temporary-names.js';
import { RecentHolders } from './recent-holders.js';
import { type StagedBlob } from './staged-file.js';

/** The errors of a hard link after which a copy is made: too many links, another device, or a file system without links. */
const NO_MORE_LINKS = ['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Manages the names of blobs: the shared content, and the claims of repositories. A claim is a hard link to the content, so that
 * one stat returns a blob's existence and size, and its bytes stay as long as it is claimed.
 */
export class BlobLinks {
  readonly recent = new RecentHolders();

  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
    private readonly files: StoredFiles,
  ) {}

  /** Makes a verified staged file a blob of `repository`, durably. The staged file stays. @throws ENOENT if it does not exist */
  async commit(repository: RepositoryName, { path, digest }: StagedBlob): Promise<void> {
    const claim = this.layout.claim(repository, digest);
    const content = this.layout.content(digest);
    const named = [dirname(claim)];
    if (!(await this.linkShared(content, claim, digest))) {
      await this.place(path, claim, digest);
      // If another writer placed the same content first, its copy is kept for both.
      if (!(await this.place(path, content, digest))) {
        await this.replace(content, claim).catch(ignoreNotFound);
      }
      named.push(dirname(content));
    }
    // In parallel, because a journal can write both names to the disk in one step.
    await Promise.all(named.map((directory) => this.durability.syncDirectory(directory)));
    this.recent.add(repository, digest);
  }

  /** Makes `target` claim the blob of `source`. Resolves to whether `target` has the blob now. */
  async mount(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    const from = this.layout.claim(source, digest);
    const claim = this.layout.claim(target, digest);
    const there = (await this.files.find(source, 'blobs', digest)) !== undefined;
    // Here a not-found error means that the blob was deleted meanwhile: `place` creates a missing target directory.
    if (!there || !(await succeedsIfPresent(this.place(from, claim, digest)))) {
      return (await this.files.find(target, 'blobs', digest)) !== undefined;
    }
    await this.durability.syncDirectory(dirname(claim));
    return true;
  }

  /** Removes the shared name of content that no repository claims. Resolves to the number of bytes freed. */
  async freeUnclaimed(digest: Digest): Promise<number> {
    const content = this.layout.content(digest);
    const found = await stat(content).catch(ignoreNotFound);
    if (found?.nlink !== 1) return 0;
    // A link that is made meanwhile keeps the bytes. A writer that no longer finds the name still has its staged file.
    return (await succeedsIfPresent(unlink(content))) ? found.size : 0;
  }

  /** Links the shared content to `claim` if the content exists and is whole. Its bytes are already durable. */
  private async linkShared(content: string, claim: string, digest: Digest): Promise<boolean> {
    const there = (await this.files.sizeAt(content, digest)) !== undefined;
    return there && (await succeedsIfPresent(this.place(content, claim, digest)));
  }

  /** Links `from` to `to`, and replaces a damaged file there. Resolves to false if a whole blob already has that name. */
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
      // `rename` does nothing if both names are links to the same inode.
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

  /** Copies `from` to `to`. Fails with EEXIST if `to` exists, as `link` does. */
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
