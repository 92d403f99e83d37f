import { type RepositoryName } from '../../../domain/repository-name.js';
import { type MovedTag, type Publication, type PublishResult } from '../../ports/manifest-store.js';
import { missingContent } from '../../protocol/failures.js';
import { requireTag } from '../../protocol/tag-conditions.js';
import { type Database, type Queries, type Value } from '../database/database.js';
import { digestOf } from '../database/digest-bytes.js';
import { type PostgresOutbox } from '../events/outbox.js';
import { CREATE_REPOSITORY, PUBLISH, type PublishRow } from './publish-statement.js';
import { publishValues } from './publish-values.js';

/** Publishes manifests, each by one statement. */
export class Publisher {
  constructor(
    private readonly database: Database,
    private readonly outbox: PostgresOutbox,
  ) {}

  async publish(repository: RepositoryName, publication: Publication): Promise<PublishResult> {
    const values = publishValues(repository, publication);
    const write = (queries: Queries) => this.write(queries, repository, publication, values);
    // Only the rows that the statement has locked say whether the tags were as required. If not, all of it is undone.
    const row = hasConditions(publication)
      ? await this.database.transaction(write)
      : await write(this.database);
    this.outbox.count(row.events);
    return { created: row.created === true, moved: movedTags(publication, row) };
  }

  /** @throws RegistryError `manifest-blob-unknown`, or as `requireTag` does */
  private async write(
    queries: Queries,
    repository: RepositoryName,
    publication: Publication,
    values: readonly Value[],
  ): Promise<PublishRow> {
    for (let refusals = 0; ;) {
      const [row] = await queries.query<PublishRow>(PUBLISH, values);
      if (row === undefined) throw new Error('the statement has no result');
      if (row.missing.length > 0) {
        // Looked for once more: a blob may have been collected and pushed again meanwhile, and then it has another row.
        if (refusals++ > 0) throw missingContent(row.missing.map(digestOf));
      } else if (row.created === null) {
        // Neither a blob nor a manifest was pushed to the repository yet, or a collector has just removed it.
        await queries.query(CREATE_REPOSITORY, [repository]);
      } else {
        requireTags(publication, row);
        return row;
      }
    }
  }
}

function hasConditions({ tags, fixedTags = [], expects }: Publication): boolean {
  return tags.length > 0 && (fixedTags.length > 0 || expects !== undefined);
}

function requireTags(publication: Publication, { tags, before }: PublishRow): void {
  for (const tag of publication.tags) {
    const digest = before[tags.indexOf(tag)];
    requireTag(publication, tag, digest ? digestOf(digest) : undefined);
  }
}

/** Returns the moved tags in the order of the publication. */
function movedTags(publication: Publication, { tags, moved, before }: PublishRow): MovedTag[] {
  return [...new Set(publication.tags)].flatMap((tag) => {
    const index = tags.indexOf(tag);
    const from = before[index];
    if (moved[index] !== true) return [];
    return [{ tag, ...(from && { from: digestOf(from) }) }];
  });
}
