import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { parseManifest, referrerOf, type Manifest } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type NewEvent } from '../../domain/registry-event.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { ignoreNotFound } from '../../files/errors.js';
import { type TaggedManifest } from '../ports/tag-store.js';
import { eventsOfPublication } from '../protocol/change-events.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { allNames } from './disk/list-names.js';
import { readSmallFile } from './disk/small-files.js';
import { type FileOutbox } from './events/outbox.js';
import { type Layout } from './layout.js';
import { decodeTag } from './names.js';
import { decodeTagRecord, intentOf } from './records.js';

/**
 * Appends the events of a push that died after it had published its manifest, unless it had appended them itself: the manifest, and
 * the tags that still have its record. A tag that was set again since has an event that names this manifest as the previous one.
 */
export async function recoverEvents(
  layout: Layout,
  outbox: FileOutbox,
  repository: RepositoryName,
  intent: string,
): Promise<void> {
  const path = join(layout.pending(repository), intent);
  const bytes = await readFile(path).catch(ignoreNotFound);
  const began = (await stat(path).catch(ignoreNotFound))?.mtimeMs;
  const manifest = bytes && tryParse(bytes);
  if (manifest === undefined || began === undefined) return;
  const digest = DIGEST_ALGORITHMS.map((algorithm) => Digest.of(manifest.bytes, algorithm)).find(
    (one) => existsSync(layout.manifest(repository, one)),
  );
  if (digest === undefined || (await outbox.hasPush(intent, began))) return;
  const tags = await tagsSetBy(layout, repository, intent);
  await outbox.append(eventsOf(repository, { manifest, digest, tags, intent }));
}

interface DeadPush {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly tags: ReadonlyMap<TagName, TaggedManifest>;
  readonly intent: string;
}

function eventsOf(
  repository: RepositoryName,
  { manifest, digest, tags, intent }: DeadPush,
): NewEvent[] {
  const [record] = tags.values();
  const publication = {
    manifest,
    digest,
    tags: [...tags.keys()],
    requires: [],
    ...referrerOf(manifest, digest),
    ...(record?.by !== undefined && { by: record.by }),
  };
  const moved = [...tags].map(([tag, { previous }]) => ({
    tag,
    ...(previous && { from: previous }),
  }));
  const changes = { moved, isNewRepository: false, isPublished: true, push: intent };
  return eventsOfPublication(repository, publication, changes).map((event) => ({
    ...event,
    data: { ...event.data, recovered: true },
  }));
}

async function tagsSetBy(
  layout: Layout,
  repository: RepositoryName,
  intent: string,
): Promise<ReadonlyMap<TagName, TaggedManifest>> {
  const found = new Map<TagName, TaggedManifest>();
  for await (const file of yieldEvery(await allNames(layout.tags(repository)))) {
    const tag = decodeTag(file);
    const bytes = tag && readSmallFile(layout.tag(repository, tag));
    const record = bytes && decodeTagRecord(bytes);
    if (tag !== undefined && record && intentOf(bytes) === intent) found.set(tag, record);
  }
  return found;
}

/** Returns the manifest, or `undefined` if a power cut left the intent incomplete. */
function tryParse(bytes: Uint8Array): Manifest | undefined {
  try {
    return parseManifest(bytes, undefined);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
