import { type IndexedRepository } from './repository-table.js';

/** Repositories whose names begin with the same parts. */
export interface RepositoryFolder {
  /** What their names begin with, such as `team/`. */
  readonly name: string;
  /** How many repositories are in it, also in folders of it. */
  readonly repositories: number;
  /** The bytes of those that were counted. What repositories share counts in each. */
  readonly logicalBytes: number;
}

/** Whether a repository is in a folder, and in no folder of that. `under` is empty or ends with a slash. */
export function isDirectlyIn(name: string, under: string): boolean {
  return name.startsWith(under) && !name.includes('/', under.length);
}

/** Returns the folders that are directly in a folder, in the order of the repositories. */
export function foldersIn(
  repositories: Iterable<IndexedRepository>,
  under: string,
): RepositoryFolder[] {
  const folders = new Map<string, RepositoryFolder>();
  for (const { name: repository, figures } of repositories) {
    if (!repository.startsWith(under)) continue;
    const end = repository.indexOf('/', under.length) + 1;
    if (end === 0) continue;
    const name = repository.slice(0, end);
    const known = folders.get(name);
    folders.set(name, {
      name,
      repositories: (known?.repositories ?? 0) + 1,
      logicalBytes: (known?.logicalBytes ?? 0) + (figures?.logicalBytes ?? 0),
    });
  }
  return [...folders.values()];
}
