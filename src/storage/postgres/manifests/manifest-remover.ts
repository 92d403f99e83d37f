import { type Digest } from '../../../domain/digest.js';
import { RegistryError } from '../../../domain/errors.js';
import { type TagName } from '../../../domain/reference.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ManifestRemovalOptions, type RemovedManifest } from '../../ports/manifest-store.js';
import { eventsOfRemovedManifest } from '../../protocol/change-events.js';
import { type Database, type Queries } from '../database/database.js';
import { digestBytes, digestOf } from '../database/digest-bytes.js';
import { insertChange } from '../events/event-rows.js';
import { type PostgresOutbox } from '../events/outbox.js';
import {
  FIND_INDEX,
  LOCK_MANIFEST,
  LOCK_TAGS,
  REMOVE_MANIFEST,
  REMOVE_TAGS,
} from './removal-statements.js';

interface LockedManifest {
  readonly id: number;
  readonly repo: number;
}

/** Removes manifests, each in a transaction: it locks first, and looks in the next statement, which sees what was waited for. */
export class ManifestRemover {
  constructor(
    private readonly database: Database,
    private readonly outbox: PostgresOutbox,
  ) {}

  /** @throws RegistryError `denied` if an index needs the manifest */
  async remove(
    repository: RepositoryName,
    digest: Digest,
    options: ManifestRemovalOptions,
  ): Promise<RemovedManifest | undefined> {
    const removed = await this.database.transaction(async (queries) => {
      const values = [repository, digestBytes(digest)];
      const [locked] = await queries.query<LockedManifest>(LOCK_MANIFEST, values);
      if (locked === undefined) return undefined;
      await requireUnlisted(queries, locked, digest, options);
      const tags = await removeTags(queries, locked, options);
      await queries.query(REMOVE_MANIFEST, [locked.id]);
      const changes = eventsOfRemovedManifest(repository, digest, tags, options);
      return { tags, events: await insertChange(queries, changes) };
    });
    this.outbox.count(removed?.events ?? 0);
    return removed && { tags: removed.tags };
  }
}

/** @throws RegistryError `denied` */
async function requireUnlisted(
  queries: Queries,
  { id, repo }: LockedManifest,
  digest: Digest,
  { unlessListed }: ManifestRemovalOptions,
): Promise<void> {
  if (unlessListed === undefined) return;
  const values = [repo, id, digestBytes(digest), unlessListed.keepUntagged];
  const [found] = await queries.query<{ readonly digest: Buffer }>(FIND_INDEX, values);
  if (found === undefined) return;
  const index = digestOf(found.digest);
  const message = `${digest} is part of the index ${index}: delete the index first`;
  throw new RegistryError('denied', message, { digest, index });
}

async function removeTags(
  queries: Queries,
  { id, repo }: LockedManifest,
  { by }: ManifestRemovalOptions,
): Promise<TagName[]> {
  const locked = await queries.query<{ readonly name: TagName }>(LOCK_TAGS, [id]);
  const tags = locked.map(({ name }) => name);
  if (tags.length > 0) await queries.query(REMOVE_TAGS, [repo, tags, by ?? null]);
  return tags;
}
