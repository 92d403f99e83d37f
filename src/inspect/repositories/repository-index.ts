import { setTimeout as delay } from 'node:timers/promises';

import { decodeCursor, encodeCursor } from '../../domain/cursor.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type StorageSnapshot } from '../../storage/ports/statistics.js';
import { type Storage } from '../../storage/ports/storage.js';
import { foldersIn, type RepositoryFolder } from './repository-folders.js';
import {
  placeOf,
  RepositoryTable,
  type IndexedRepository,
  type Place,
  type RepositorySort,
} from './repository-table.js';
import { StaleRepositories } from './stale-repositories.js';

/** How often the catalog is compared while somebody asks. An older comparison than `WAIT_MS` is waited for. */
const COMPARE_MS = 1_000;
const WAIT_MS = 10_000;

/** How long after the last question figures are still kept current. */
const WANTED_MS = 5 * 60_000;

const DEBOUNCE_MS = 500;

/** Enough for all but large repositories. */
const COUNT_WITHIN_MS = 60;

export interface RepositoryQuery {
  readonly limit: number;
  /** The `next` of the page before, with the same order. Absent for the first page. */
  readonly cursor?: string;
  readonly sort?: RepositorySort;
  readonly descending?: boolean;
  /** A part of the name. */
  readonly search?: string;
  /** Chooses the repositories that the caller may see. By default all. */
  readonly allows?: (repository: RepositoryName) => boolean;
}

export interface RepositoryPage {
  readonly items: readonly IndexedRepository[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
  /** No figure of the page is older. In milliseconds since the epoch. */
  readonly asOf: number;
}

export interface IndexOptions {
  readonly debounceMs?: number;
  /** How long a caller waits for the figures of a repository that was never counted. */
  readonly countWithinMs?: number;
  /** Called when figures could not be counted; they stay as they were. */
  readonly onError?: (error: unknown) => void;
  /** Called with each question. From then on until the index is no longer wanted, it is to get each change. */
  readonly onAsked?: () => void;
}

/**
 * The list of all repositories with their figures: those of the last snapshot, and newer ones of repositories that have changed since.
 *
 * Each process has its own. A repository that changes its place while a client pages may appear twice or not at all; others appear once.
 */
export class RepositoryIndex {
  private readonly table = new RepositoryTable();
  private readonly stale: StaleRepositories;
  private readonly onError: (error: unknown) => void;
  private readonly onAsked: () => void;
  private adopted: StorageSnapshot | undefined;
  private comparing: Promise<void> | undefined;
  private comparedAt = -Infinity;
  private askedAt = -Infinity;
  private readonly counting = new Map<RepositoryName, Promise<void>>();
  private readonly countWithinMs: number;

  constructor(
    private readonly storage: Pick<Storage, 'catalog' | 'statistics'>,
    {
      debounceMs = DEBOUNCE_MS,
      countWithinMs = COUNT_WITHIN_MS,
      onError = () => undefined,
      onAsked = () => undefined,
    }: IndexOptions = {},
  ) {
    this.countWithinMs = countWithinMs;
    this.onError = onError;
    this.onAsked = onAsked;
    this.stale = new StaleRepositories({
      debounceMs,
      isWanted: () => this.isWanted,
      count: (repository) => this.count(repository).catch(this.onError),
    });
  }

  /** Whether somebody has asked within the last minutes. */
  get isWanted(): boolean {
    return performance.now() - this.askedAt < WANTED_MS;
  }

  /** Resolves to one page of the list. @throws RegistryError `request-malformed` for a cursor of another list */
  async page(query: RepositoryQuery): Promise<RepositoryPage> {
    const { sort = 'name', descending = false, limit, search = '' } = query;
    const { allows = () => true, cursor } = query;
    const place = cursor === undefined ? undefined : placeIn(cursor, sort);
    await this.refresh();
    const items: IndexedRepository[] = [];
    for (const item of this.table.after(place, sort, descending)) {
      if (!item.name.includes(search) || !allows(item.name)) continue;
      const last = items.at(-1);
      if (items.length >= limit) {
        const next = last && cursorOf(placeOf(last, sort), sort);
        return { items, ...(next !== undefined && { next }), asOf: asOf(items) };
      }
      items.push(item);
    }
    return { items, asOf: asOf(items) };
  }

  /** Resolves to the folders directly in a folder, of the repositories that the caller may see. `under` is empty or ends with a slash. */
  async folders(
    under: string,
    allows: (repository: RepositoryName) => boolean,
  ): Promise<RepositoryFolder[]> {
    await this.refresh();
    const all = [...this.table.after(undefined, 'name', false)];
    return foldersIn(
      all.filter(({ name }) => name.startsWith(under) && allows(name)),
      under,
    );
  }

  /**
   * Resolves to one repository, or to `undefined`. Counts its figures now if it was never counted. They are absent if that takes longer
   * than `countWithinMs`, and are counted on for the next call.
   */
  async find(name: RepositoryName): Promise<IndexedRepository | undefined> {
    await this.refresh();
    const known = this.table.get(name);
    if (known?.figures !== undefined) return known;
    if (!(await this.storage.catalog.has(name))) return undefined;
    const isCounted = await Promise.race([
      this.countOnce(name).then(() => true),
      delay(this.countWithinMs, false, { ref: false }),
    ]);
    return this.table.get(name) ?? (isCounted ? undefined : { name });
  }

  /** Marks a repository whose tags, manifests or blobs have changed. It is counted again soon, if anybody asks. */
  changed(repository: RepositoryName): void {
    this.stale.mark(repository);
    void this.stale.run();
  }

  /** Resolves when every repository that is known to have changed was counted again. */
  settled(): Promise<void> {
    return this.stale.run();
  }

  /** Ends the work in the background. */
  close(): Promise<void> {
    return this.stale.close();
  }

  private async refresh(): Promise<void> {
    this.askedAt = performance.now();
    this.onAsked();
    const age = this.askedAt - this.comparedAt;
    if (age < COMPARE_MS) return;
    this.comparing ??= this.compare().finally(() => (this.comparing = undefined));
    if (age > WAIT_MS) await this.comparing;
    else this.comparing.catch(this.onError);
  }

  /** Takes over a new snapshot, and finds the repositories that were created or removed since. */
  private async compare(): Promise<void> {
    const began = Date.now();
    await this.adopt();
    const names = new Set<RepositoryName>();
    const added: IndexedRepository[] = [];
    for await (const name of this.storage.catalog.list()) {
      names.add(name);
      if (this.table.get(name) === undefined) added.push({ name });
    }
    for (const name of [...this.table.names()]) {
      const { countedAt = 0 } = this.table.get(name) ?? {};
      if (!names.has(name) && countedAt < began) this.table.delete(name);
    }
    this.add(added);
    this.comparedAt = performance.now();
    void this.stale.run();
  }

  private async adopt(): Promise<void> {
    const snapshot = await this.storage.statistics.snapshot();
    if (snapshot === undefined || snapshot === this.adopted) return;
    const { asOf: countedAt, repositories } = snapshot;
    const isOlder = (name: RepositoryName) => (this.table.get(name)?.countedAt ?? 0) < countedAt;
    this.table.setAll(
      [...repositories]
        .filter(([name]) => isOlder(name))
        .map(([name, figures]) => ({ name, figures, countedAt })),
    );
    this.adopted = snapshot;
  }

  private add(added: readonly IndexedRepository[]): void {
    const unknown = added.filter(({ name }) => this.table.get(name) === undefined);
    if (unknown.length > 0) this.table.setAll(unknown);
    for (const { name } of unknown) this.stale.mark(name);
  }

  /** Counts a repository for everybody who asks for it meanwhile. */
  private countOnce(name: RepositoryName): Promise<void> {
    const running = this.counting.get(name);
    if (running !== undefined) return running;
    const count = this.count(name).finally(() => this.counting.delete(name));
    this.counting.set(name, count);
    // After the wait in `find` nobody else sees a failure.
    count.catch(this.onError);
    return count;
  }

  private async count(name: RepositoryName): Promise<void> {
    const countedAt = Date.now();
    const figures = await this.storage.statistics.measure(name);
    if (figures === undefined) this.table.delete(name);
    else this.table.set({ name, figures, countedAt });
  }
}

function cursorOf({ key, name }: Place, sort: RepositorySort): string {
  return encodeCursor(sort, [key, name]);
}

function placeIn(cursor: string, sort: RepositorySort): Place {
  const [key, name] = decodeCursor(cursor, sort, ['number', 'string']);
  return { key: Number(key), name: String(name) };
}

function asOf(items: readonly IndexedRepository[]): number {
  return items.reduce((oldest, { countedAt = oldest }) => Math.min(oldest, countedAt), Date.now());
}
