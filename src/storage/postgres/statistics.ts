import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  Statistics,
  type ListedTag,
  type ManifestHolder,
  type RepositoryFigures,
  type SizedTag,
  type StorageSnapshot,
} from '../ports/statistics.js';
import { listedTag } from '../protocol/listed-tag.js';
import { nextTurn } from '../protocol/yield-every.js';
import { figuresOf } from './collect/figures.js';
import { type Database } from './database/database.js';
import { digestBytes, digestOf } from './database/digest-bytes.js';
import { keysetPages } from './database/keyset-pages.js';
import { type PostgresRepositoryCatalog } from './repository-catalog.js';
import { SnapshotRow } from './snapshot-row.js';
import {
  INDEXES_OF,
  LIST_SIZED_TAGS,
  SIZES_OF_INDEXES,
  TAGS_OF,
  UNTAGGED,
  type HoldingIndexRow,
  type HoldingTagRow,
  type IndexSizeRow,
  type SizedTagRow,
} from './statistics-statements.js';

/** How many digests are converted before other work runs. */
const DIGESTS_A_TURN = 1_000;

/** Counts by the indexes of the database. */
export class PostgresStatistics extends Statistics {
  private readonly saved: SnapshotRow;

  constructor(
    private readonly database: Database,
    private readonly catalog: PostgresRepositoryCatalog,
  ) {
    super();
    this.saved = new SnapshotRow(database);
  }

  override async measure(repository: RepositoryName): Promise<RepositoryFigures | undefined> {
    if (!(await this.catalog.has(repository))) return undefined;
    return (await figuresOf(this.database, [repository])).get(repository);
  }

  override async *holders(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): AsyncIterable<ManifestHolder> {
    const bytes = digests.map(digestBytes);
    const tags = keysetPages<HoldingTagRow>((last, limit) => {
      const after = [last?.manifest ?? 0, last?.name ?? ''];
      return this.database.query(TAGS_OF, [repository, bytes, ...after, limit]);
    });
    for await (const { digest, name } of tags) yield { held: digestOf(digest), tag: name };
    const indexes = keysetPages<HoldingIndexRow>((last, limit) => {
      const after = [last?.manifest ?? 0, last?.child ?? Buffer.alloc(0)];
      return this.database.query(INDEXES_OF, [repository, bytes, ...after, limit]);
    });
    for await (const { child, digest } of indexes) {
      yield { held: digestOf(child), index: digestOf(digest) };
    }
  }

  override async *tags(repository: RepositoryName): AsyncIterable<ListedTag> {
    for await (const row of this.tagRows(repository)) yield tagOf(row);
  }

  override async *sizedTags(repository: RepositoryName): AsyncIterable<SizedTag> {
    const sizes = new IndexSizes(this.database);
    const fetch = async (last: SizedTagRow | undefined, limit: number) => {
      const rows = await this.fetchTags(repository, last, limit);
      await sizes.add(rows);
      return rows;
    };
    for await (const row of keysetPages<SizedTagRow>(fetch)) {
      yield { ...tagOf(row), totalBytes: sizes.of(row) };
    }
  }

  override async *untagged(repository: RepositoryName): AsyncIterable<Digest> {
    const rows = await this.database.query<{ readonly digest: Buffer }>(UNTAGGED, [repository]);
    for (const [index, { digest }] of rows.entries()) {
      yield digestOf(digest);
      if (index % DIGESTS_A_TURN === DIGESTS_A_TURN - 1) await nextTurn();
    }
  }

  override snapshot(): Promise<StorageSnapshot | undefined> {
    return this.saved.read();
  }

  override save(snapshot: StorageSnapshot): Promise<void> {
    return this.saved.write(snapshot);
  }

  private tagRows(repository: RepositoryName): AsyncIterable<SizedTagRow> {
    return keysetPages<SizedTagRow>((last, limit) => this.fetchTags(repository, last, limit));
  }

  private fetchTags(
    repository: RepositoryName,
    last: SizedTagRow | undefined,
    limit: number,
  ): Promise<SizedTagRow[]> {
    return this.database.query(LIST_SIZED_TAGS, [repository, last?.name ?? '', limit]);
  }
}

function tagOf({ name, digest, pushed_at, pushed_by }: SizedTagRow): ListedTag {
  const pushed = { digest: digestOf(digest), pushedAt: pushed_at.getTime() };
  return listedTag(name, { ...pushed, ...(pushed_by !== null && { by: pushed_by }) });
}

/** The sizes of the indexes of one page of tags. The row of an image has its size. */
class IndexSizes {
  private sizes: ReadonlyMap<number, number> = new Map();

  constructor(private readonly database: Database) {}

  /** Replaces what is known by the indexes among these rows. */
  async add(rows: readonly SizedTagRow[]): Promise<void> {
    const indexes = rows.filter(({ is_index }) => is_index).map(({ manifest }) => manifest);
    if (indexes.length === 0) return;
    const found = await this.database.query<IndexSizeRow>(SIZES_OF_INDEXES, [
      [...new Set(indexes)],
    ]);
    this.sizes = new Map(found.map(({ manifest, total_bytes }) => [manifest, total_bytes]));
  }

  of({ manifest, content_size }: SizedTagRow): number {
    return this.sizes.get(manifest) ?? content_size;
  }
}
