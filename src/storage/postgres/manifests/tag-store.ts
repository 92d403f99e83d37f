import { type Digest } from '../../../domain/digest.js';
import { type MediaType } from '../../../domain/media-type.js';
import { type Page } from '../../../domain/page.js';
import { type TagName } from '../../../domain/reference.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  TagStore,
  type RemovedTagName,
  type TagChange,
  type TaggedManifest,
  type TagRemovalOptions,
} from '../../ports/tag-store.js';
import { eventOfRemovedTag } from '../../protocol/change-events.js';
import { requireExpected } from '../../protocol/tag-conditions.js';
import { type Database, type Queries } from '../database/database.js';
import { digestOf } from '../database/digest-bytes.js';
import { keysetPages, sortableText } from '../database/keyset-pages.js';
import { insertChange } from '../events/event-rows.js';
import { TOUCH_MANIFEST } from './manifest-statements.js';
import { type ManifestParts } from './manifest-store.js';
import { LOCK_TAG, REMOVE_TAGS } from './removal-statements.js';
import {
  LIST_REMOVED_TAGS,
  LIST_TAGS,
  RESOLVE_TAG,
  TAG_HISTORY,
  type ChangeRow,
  type TagRow,
} from './tag-statements.js';

interface NameRow {
  readonly name: TagName;
}

/** The tags in the database. */
export class PostgresTagStore extends TagStore {
  private readonly database: Database;

  constructor(private readonly parts: ManifestParts) {
    super();
    this.database = parts.database;
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    const values = [repository, tag, this.parts.touchAfterMs];
    const [found] = await this.database.query<TagRow>(RESOLVE_TAG, values);
    if (found === undefined) return undefined;
    // The client may read the manifest by its digest, and the tag may be moved before.
    if (found.is_stale) await this.database.query(TOUCH_MANIFEST, [found.manifest]);
    return {
      mediaType: found.media_type,
      digest: digestOf(found.digest),
      size: found.size,
      pushedAt: found.pushed_at.getTime(),
      ...(found.pushed_by !== null && { by: found.pushed_by }),
      ...(found.previous && { previous: digestOf(found.previous) }),
    };
  }

  override async *list(
    repository: RepositoryName,
    after = '',
    atMost?: number,
  ): AsyncIterable<TagName> {
    const rows = keysetPages<NameRow>(
      (last, limit) => this.names(repository, last?.name ?? after, limit),
      atMost,
    );
    for await (const { name } of rows) yield name;
  }

  override async page(
    repository: RepositoryName,
    after: string | undefined,
    limit: number,
  ): Promise<Page<TagName>> {
    if (limit === 0) return { items: [], more: false };
    const rows = await this.names(repository, after ?? '', limit + 1);
    return { items: rows.slice(0, limit).map(({ name }) => name), more: rows.length > limit };
  }

  override async remove(
    repository: RepositoryName,
    tag: TagName,
    options: TagRemovalOptions = {},
  ): Promise<boolean> {
    const events = await this.database.transaction((queries) =>
      removeTag(queries, repository, tag, options),
    );
    this.parts.outbox.count(events);
    return events > 0;
  }

  override async *history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    const rows = await this.database.query<ChangeRow>(TAG_HISTORY, [repository, tag]);
    yield* rows.map(changeOf);
  }

  override async *removed(repository: RepositoryName): AsyncIterable<RemovedTagName> {
    const rows = keysetPages<NameRow & { readonly at: Date }>((last, limit) =>
      this.database.query(LIST_REMOVED_TAGS, [repository, last?.name ?? '', limit]),
    );
    for await (const { name, at } of rows) yield { tag: name, at: at.getTime() };
  }

  private names(repository: RepositoryName, after: string, limit: number): Promise<NameRow[]> {
    return this.database.query<NameRow>(LIST_TAGS, [repository, sortableText(after), limit]);
  }
}

/** Removes a tag in a transaction. Resolves to the number of its events: none if the tag did not exist. */
async function removeTag(
  queries: Queries,
  repository: RepositoryName,
  tag: TagName,
  options: TagRemovalOptions,
): Promise<number> {
  const locked = await lockTag(queries, repository, tag);
  requireExpected(tag, options.expects, locked?.digest);
  if (locked === undefined) return 0;
  await queries.query(REMOVE_TAGS, [locked.repo, [tag], options.by ?? null]);
  return insertChange(queries, [eventOfRemovedTag(repository, tag, locked.digest, options)]);
}

async function lockTag(
  queries: Queries,
  repository: RepositoryName,
  tag: TagName,
): Promise<{ readonly repo: number; readonly digest: Digest } | undefined> {
  const [found] = await queries.query<{ readonly repo: number; readonly digest: Buffer }>(
    LOCK_TAG,
    [repository, tag],
  );
  return found && { repo: found.repo, digest: digestOf(found.digest) };
}

function changeOf({ at, changed_by, digest, media_type, size, previous }: ChangeRow): TagChange {
  return {
    at: at.getTime(),
    ...(changed_by !== null && { by: changed_by }),
    ...(digest && { digest: digestOf(digest) }),
    ...(media_type !== null && { mediaType: media_type as MediaType }),
    ...(size !== null && { size }),
    ...(previous && { previous: digestOf(previous) }),
  };
}
