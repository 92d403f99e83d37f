import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { parseManifest, requiredContent } from '../../../src/domain/manifest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../../src/domain/media-type.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { parseRepositoryName } from '../../../src/domain/repository-name.js';
import { findBlob } from '../../../src/storage/postgres/blob-rows.js';
import { PostgresOutbox } from '../../../src/storage/postgres/events/outbox.js';
import {
  PostgresManifestStore,
  type ManifestParts,
} from '../../../src/storage/postgres/manifests/manifest-store.js';
import { PostgresTagStore } from '../../../src/storage/postgres/manifests/tag-store.js';
import { PostgresRepositoryCatalog } from '../../../src/storage/postgres/repository-catalog.js';
import { PostgresStatistics } from '../../../src/storage/postgres/statistics.js';
import { PostgresUsageStore } from '../../../src/storage/postgres/usage-store.js';
import { collect } from '../../../src/storage/contract/fixtures.js';
import { type Publication } from '../../../src/storage/ports/manifest-store.js';
import { ask, newDatabase } from './servers/databases.js';
import { ExplainedDatabase } from './servers/plans.js';

/** How many tags, manifests and blobs the repository has, and how many small repositories there are. */
const MANY = 100_000;
const SMALL = 2_000;

/** The most pages that a statement reads for one thing or one page of a list. A statement that reads all rows has thousands. */
const PAGES = 50;

/** A push of eight blobs has about 50 rows to lock and to write, each by three pages of an index. */
const PAGES_OF_PUSH = 300;

const HOME = parseRepositoryName('large/app');

/**
 * One repository that is much larger than the others: plans that are made for those of the average size read all of its rows. The blob
 * and the manifest with a number have the digest of its text.
 */
const FILL = `
  INSERT INTO repositories (name, listed)
  SELECT 'small/app-' || number, true FROM generate_series(1, ${SMALL}) AS number;
  INSERT INTO repositories (name, listed) VALUES ('${HOME}', true);
  CREATE TEMPORARY TABLE numbers AS
  SELECT number, CASE WHEN number <= ${MANY}
      THEN (SELECT id FROM repositories WHERE name = '${HOME}')
      ELSE (SELECT id FROM repositories WHERE name = 'small/app-' || (number - ${MANY})) END AS repo,
    '\\x01'::bytea || sha256(number::text::bytea) AS digest
  FROM generate_series(1, ${MANY + SMALL}) AS number;
  INSERT INTO blobs (digest, size, object) SELECT digest, 1000, gen_random_uuid() FROM numbers;
  INSERT INTO blob_links (repo, blob)
  SELECT numbers.repo, blobs.id FROM numbers JOIN blobs USING (digest) ORDER BY number;
  INSERT INTO manifests (repo, digest, media_type, size, content_size, payload, subject, referrer)
  SELECT repo, digest, '${OCI_IMAGE}', 500, 1000, convert_to(repeat('x', 500), 'UTF8'),
    CASE WHEN number % 2 = 0 THEN '\\x01'::bytea || sha256('1') END, '{}'
  FROM numbers ORDER BY number;
  INSERT INTO manifest_names (manifest, child, repo, lists_manifest, size)
  SELECT m.id, n.digest, n.repo, false, 1000
  FROM numbers AS n JOIN manifests AS m ON m.repo = n.repo AND m.digest = n.digest;
  INSERT INTO tags (repo, name, manifest, digest, media_type, size, pushed_at)
  SELECT n.repo, 'v' || n.number, m.id, m.digest, m.media_type, m.size, now()
  FROM numbers AS n JOIN manifests AS m ON m.repo = n.repo AND m.digest = n.digest
  ORDER BY random();
  INSERT INTO tag_changes (repo, name, at, digest, media_type, size)
  SELECT n.repo, 'v' || change % 1000, now(), n.digest, '${OCI_IMAGE}', 500
  FROM generate_series(1, ${MANY}) AS change JOIN numbers AS n ON n.number = change;
  INSERT INTO events (id, sequence, event)
  SELECT lpad(number::text, 26, '0'), 1, '{"id":"' || lpad(number::text, 26, '0')
    || '","type":"tag.created","time":"2026-01-01T00:00:00Z","data":{}}'
  FROM numbers;
`;

describe('over a repository of 100,000 tags and manifests', () => {
  let database: ExplainedDatabase;
  let parts: ManifestParts;

  beforeAll(async () => {
    const url = await newDatabase('plans');
    await ask(url, FILL);
    // As autovacuum does: without it, lists would look at each row whether it is visible.
    await ask(url, 'VACUUM ANALYZE');
    database = new ExplainedDatabase({ url, connections: 2 });
    parts = { database, outbox: new PostgresOutbox(database), touchAfterMs: 3_600_000 };
  }, 180_000);
  beforeEach(() => {
    database.explained.length = 0;
  });
  afterAll(() => database.close());

  /** Runs `work` and returns the statements that read more than `most` pages. */
  async function tooLarge(work: () => Promise<unknown>, most = PAGES): Promise<unknown[]> {
    await work();
    expect(database.explained).not.toEqual([]);
    if (process.env['SCALE_SHOW_PLANS'] !== undefined)
      console.table(database.explained, ['name', 'buffers']);
    return database.explained.filter(({ buffers }) => buffers > most);
  }

  it.each([1, MANY / 2, MANY])('manifest %i is found by few pages', async (number) => {
    const manifests = new PostgresManifestStore(parts);
    const tags = new PostgresTagStore(parts);
    const digest = digestOf(number);
    const tag = parseTagName(`v${number}`);

    const found = await tooLarge(async () => {
      expect(await manifests.stat(HOME, digest)).toMatchObject({ size: 500 });
      expect((await manifests.read(HOME, digest))?.bytes.byteLength).toBe(500);
      expect((await manifests.openTagged(HOME, tag))?.digest).toEqual(digest);
      expect((await tags.resolve(HOME, tag))?.digest).toEqual(digest);
      expect(await findBlob(database, HOME, digest, 3_600_000)).toMatchObject({ size: 1000 });
    });

    expect(found).toEqual([]);
  });

  it.each(['', 'v5', 'v99'])('a page after the name "%s" is listed by few pages', async (after) => {
    const found = await tooLarge(() => new PostgresTagStore(parts).page(HOME, after, 100));

    expect(found).toEqual([]);
  });

  it('referrers, repositories, changes, holders and events are listed, and pulls added, by few pages', async () => {
    const manifests = new PostgresManifestStore(parts);
    const tags = new PostgresTagStore(parts);
    const catalog = new PostgresRepositoryCatalog(database);
    const statistics = new PostgresStatistics(database, catalog);

    const found = await tooLarge(async () => {
      await firstOf(manifests.referrers(HOME, digestOf(1), undefined, 20));
      await firstOf(manifests.digests(HOME, 20));
      await firstOf(catalog.list('small/app-5', 100));
      expect(await catalog.has(HOME)).toBe(true);
      await firstOf(tags.removed(HOME));
      expect(await collect(statistics.holders(HOME, [digestOf(7)]))).toEqual([
        { held: digestOf(7), tag: 'v7' },
      ]);
      const position = await parts.outbox.locate('beginning');
      expect((await parts.outbox.read(position ?? '', 100)).events).toHaveLength(100);
      await parts.outbox.locate({ after: String(MANY).padStart(26, '0') });
      await parts.outbox.locate('now');
      const pulls = [{ digest: digestOf(9), pulls: 1, lastPulledAt: Date.now() }];
      await new PostgresUsageStore(database).add(HOME, pulls);
    });

    expect(found).toEqual([]);
  });

  it('the history of a tag with 100 changes is listed by a page for each change at most', async () => {
    const tags = new PostgresTagStore(parts);

    const found = await tooLarge(
      () => firstOf(tags.history(HOME, parseTagName('v7'))),
      2 * PAGES + 20,
    );

    expect(found).toEqual([]);
  });

  it.each([
    ['the oldest blobs', 1],
    ['the newest blobs', MANY - 10],
  ])(
    'an image of %s is published by few pages, to a new tag and to an existing one',
    async (_, first) => {
      const manifests = new PostgresManifestStore(parts);
      const found = await tooLarge(async () => {
        const result = await manifests.publish(HOME, image(first, 'new-tag'));
        expect(result).toMatchObject({ created: true });
        await manifests.publish(HOME, image(first, 'v77'));
      }, PAGES_OF_PUSH);

      expect(found).toEqual([]);
    },
  );

  it('an index is published, and a tag and a manifest are removed by few pages', async () => {
    const manifests = new PostgresManifestStore(parts);
    const tags = new PostgresTagStore(parts);
    const found = await tooLarge(async () => {
      await manifests.publish(HOME, index([3, MANY / 2, MANY]));
      expect(await tags.remove(HOME, parseTagName('v50'))).toBe(true);
      const unlessListed = { keepUntagged: false };
      const removed = await manifests.remove(HOME, digestOf(60), { unlessListed });
      expect(removed?.tags).toEqual(['v60']);
    }, PAGES_OF_PUSH);

    expect(found).toEqual([]);
  });
});

function digestOf(number: number): Digest {
  return Digest.of(Buffer.from(String(number)));
}

function publicationOf(json: object, tag: string): Publication {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, tag, ...json }));
  const manifest = parseManifest(bytes, undefined);
  return {
    manifest,
    digest: Digest.of(bytes),
    tags: [parseTagName(tag)],
    requires: requiredContent(manifest, 'none'),
  };
}

/** An image with a config and seven layers, from the blob with this number on. */
function image(first: number, tag: string): Publication {
  const [config, ...layers] = Array.from({ length: 8 }, (_, index) => ({
    mediaType: 'application/octet-stream',
    digest: `${digestOf(first + index)}`,
    size: 1000,
  }));
  return publicationOf({ mediaType: OCI_IMAGE, config, layers }, tag);
}

function index(entries: readonly number[]): Publication {
  const manifests = entries.map((number) => ({
    mediaType: OCI_IMAGE,
    digest: `${digestOf(number)}`,
    size: 500,
  }));
  return publicationOf({ mediaType: OCI_INDEX, manifests }, 'multi');
}

/** Reads the first page of a listing. */
async function firstOf(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) if (item !== undefined) return;
}
