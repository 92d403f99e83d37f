import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type RepositoryName } from '../../domain/repository-name.js';
import { removeIfEmpty } from './disk/durability.js';
import { type TidyLimits } from '../protocol/collect/garbage-store.js';
import { hasCode, ignoreNotFound } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { allNames, listNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { temporaryName } from './disk/temporary-names.js';

/** The directories of a repository, with the depth of each tree. A directory at the last level may have a million names. */
const KINDS = [
  ['tags', 0],
  ['manifests', 1],
  ['blobs', 1],
  ['referrers', 1],
  ['trash', 3],
] as const;

/** The directories that stay until the repository has nothing else. */
const KEPT: readonly string[] = ['history', 'usage'];

/** Removes the leftovers of dead writers, and empty directories. */
export class Tidy {
  constructor(private readonly limits: TidyLimits) {}

  /** Tidies a repository. Calls `beforeIntent` before it removes an intent. Resolves to whether the repository has ceased to exist. */
  async repository(
    layout: Layout,
    repository: RepositoryName,
    beforeIntent: (name: string) => Promise<void>,
  ): Promise<boolean> {
    const root = layout.repository(repository);
    await this.removeOld(layout.pending(repository), () => true, beforeIntent);
    await this.removeOldDirectory(layout.pending(repository));
    let hasCeased = false;
    for (const [kind, depth] of KINDS) {
      const removed = await this.tree(join(root, kind), depth);
      if (kind === 'manifests') hasCeased = removed;
    }
    await this.root(root);
    return hasCeased;
  }

  /** Removes the directory of a repository that has nothing but what is kept. */
  private async root(root: string): Promise<void> {
    for (const kind of KEPT) await this.removeOld(join(root, kind), isTemporary);
    await this.removeOld(root, isTemporary);
    if (!(await isOlder(root, this.limits.unused)) || !(await hasOnlyKept(root))) return;
    for (const kind of KEPT) await removeKept(root, kind);
    await removeIfEmpty(root);
  }

  /** Removes sessions without a staged file, and directories of repositories without sessions. */
  async uploads(root: string): Promise<void> {
    for await (const repository of listNames(root)) {
      for await (const session of listNames(join(root, repository))) {
        const path = join(root, repository, session);
        await this.removeOld(path, isTemporary);
        // A new session gets its directory before its file.
        if (await isOlder(path, this.limits.dead)) await removeIfEmpty(path);
      }
      await this.removeOldDirectory(join(root, repository));
    }
  }

  /** Tidies a directory and those below it. Resolves to whether it was removed. */
  private async tree(path: string, depth: number): Promise<boolean> {
    const below = depth === 0 ? [] : await allNames(path);
    for (const name of below) {
      if (!isTemporary(name)) await this.tree(join(path, name), depth - 1);
    }
    await this.removeOld(path, isTemporary);
    return this.removeOldDirectory(path);
  }

  /** Removes an empty directory unless it changed recently: it would soon be needed and made durable again. */
  private async removeOldDirectory(path: string): Promise<boolean> {
    return (await isOlder(path, this.limits.unused)) && removeIfEmpty(path);
  }

  private async removeOld(
    path: string,
    wanted: (name: string) => boolean,
    before?: (name: string) => Promise<void>,
  ): Promise<void> {
    for await (const name of listNames(path)) {
      if (!wanted(name) || !(await isOlder(join(path, name), this.limits.dead))) continue;
      await before?.(name);
      await rm(join(path, name), { recursive: true, force: true });
    }
  }
}

async function isOlder(path: string, limit: number): Promise<boolean> {
  const found = await stat(path).catch(ignoreNotFound);
  return found !== undefined && found.mtimeMs < limit;
}

function isTemporary(name: string): boolean {
  return name.startsWith('~');
}

function ignoreNotEmpty(error: unknown): void {
  if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
}

async function hasOnlyKept(root: string): Promise<boolean> {
  const names = await allNames(root);
  return names.every((name) => KEPT.includes(name) || isTemporary(name));
}

/** Removes a directory that is kept with its repository. It gets its name back if somebody pushed meanwhile. */
async function removeKept(root: string, kind: string): Promise<void> {
  const [path, aside] = [join(root, kind), join(root, temporaryName())];
  if (!(await succeedsIfPresent(rename(path, aside)))) return;
  if (!(await hasOnlyKept(root))) await rename(aside, path).catch(ignoreNotEmpty);
  await rm(aside, { recursive: true, force: true });
}
