import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  Collector,
  type AssumedRemoved,
  type Collected,
  type CollectedEntry,
  type CollectionRules,
  type CollectionTotals,
  type Explanation,
} from '../../ports/collector.js';
import { type Lease } from '../../ports/lease.js';
import { Failures } from '../../protocol/collect/failures.js';
import { digestOf } from '../database/digest-bytes.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { type PostgresOutbox } from '../events/outbox.js';
import { deleteDoomed } from './doomed-objects.js';
import { expireUploads, removeContent, removeRepository } from './empty-rows.js';
import { explain } from './explain.js';
import { totalsOf } from './figures.js';
import { abortStaleParts } from './stale-parts.js';
import { previewRepository } from './preview.js';
import {
  LINKS,
  MANIFESTS,
  removeUnneeded,
  repositoryRows,
  type RemovedRow,
  type RepositoryRow,
} from './unneeded-rows.js';

/** How many levels of indexes one pass removes. */
const MAX_ROUNDS = 8;

/** The right to go on of a collector that has no competitors. Collectors do no harm to each other: they skip each other's locks. */
const ALWAYS = { holds: true };

/** Removes unreachable content while clients push, pull and delete: docs/scale-out.md#garbage. */
export class PostgresCollector extends Collector {
  constructor(
    private readonly parts: PostgresParts,
    private readonly outbox: Pick<PostgresOutbox, 'count'>,
  ) {
    super();
  }

  override async *collect(
    rules: CollectionRules,
    lease: Pick<Lease, 'holds'> = ALWAYS,
  ): AsyncGenerator<Collected, CollectionTotals> {
    const { database, times } = this.parts;
    const mayGoOn = () => lease.holds;
    const failures = new Failures();
    const visited: RepositoryName[] = [];
    const isWhole = rules.repository === undefined;
    if (isWhole) {
      for await (const row of expireUploads(database, rules, mayGoOn)) {
        yield { kind: 'uploads', ...row, freed: row.size };
      }
    }
    for await (const repository of repositoryRows(database, rules.repository)) {
      if (!mayGoOn()) break;
      visited.push(repository.name);
      yield* failures.keep(this.collectRepository(repository, rules, mayGoOn));
    }
    if (isWhole) {
      await removeContent(database, times.objectGraceMs, mayGoOn);
      await deleteDoomed(this.parts, rules.clockAheadMs ?? 0, mayGoOn, failures);
      await abortStaleParts(this.parts, rules.clockAheadMs ?? 0, mayGoOn);
    }
    failures.throwIfAny();
    return totalsOf(database, visited);
  }

  override async *preview(
    rules: CollectionRules,
    without?: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry> {
    const { database } = this.parts;
    const claimsGone = new Map<number, number>();
    const only = without?.repository ?? rules.repository;
    for await (const repository of repositoryRows(database, only)) {
      yield* previewRepository(database, repository, rules, claimsGone, without);
    }
  }

  override explain(
    digest: Digest,
    rules: Pick<CollectionRules, 'keepUntagged'>,
  ): AsyncGenerator<Explanation> {
    return explain(this.parts.database, digest, rules.keepUntagged);
  }

  private async *collectRepository(
    { id, name }: RepositoryRow,
    rules: CollectionRules,
    mayGoOn: () => boolean,
  ): AsyncGenerator<CollectedEntry> {
    const { database } = this.parts;
    const referrers: CollectedEntry[] = [];
    // The entries of an index can go only after the index.
    for (let round = 0; round < MAX_ROUNDS && !rules.keepUntagged; round++) {
      let gone = 0;
      for await (const rows of removeUnneeded(database, MANIFESTS, id, rules, mayGoOn)) {
        gone += rows.length;
        for (const row of rows) {
          yield entryOf('manifests', name, row);
          if (row.referrerSize !== null) referrers.push(referrerOf(name, row, row.referrerSize));
        }
      }
      if (gone === 0) break;
    }
    yield* referrers;
    for await (const rows of removeUnneeded(database, LINKS, id, rules, mayGoOn)) {
      for (const row of rows) yield entryOf('blobs', name, row);
    }
    if (!mayGoOn()) return;
    this.outbox.count(await removeRepository(database, { id, name }));
  }
}

function entryOf(
  kind: 'manifests' | 'blobs',
  repository: RepositoryName,
  { digest, size, isLast }: RemovedRow,
): CollectedEntry {
  return { kind, repository, digest: digestOf(digest), size, freed: isLast ? size : 0 };
}

function referrerOf(
  repository: RepositoryName,
  { digest }: RemovedRow,
  size: number,
): CollectedEntry {
  return { kind: 'referrers', repository, digest: digestOf(digest), size, freed: size };
}
