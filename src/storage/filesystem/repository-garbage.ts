import { type Stats } from 'node:fs';
import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type AsideEntry,
  type EntryKey,
  type RepositoryGarbage,
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from '../protocol/collect/garbage-store.js';
import { type ListedTag } from '../ports/statistics.js';
import { eventOfRemovedRepository } from '../protocol/change-events.js';
import { listedTag } from '../protocol/listed-tag.js';
import { type BlobLinks } from './blob-links.js';
import { type Durability } from './disk/durability.js';
import { type FileOutbox } from './events/outbox.js';
import { ignoreNotFound } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { allNames, listNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { readManifest } from './manifest-files.js';
import { readSmallFile, statOf } from './disk/small-files.js';
import { decodeDigest, decodeTag } from './names.js';
import { decodeTagRecord } from './records.js';
import { recoverEvents } from './recover-events.js';
import { Tidy } from './tidy.js';
import { type Trash } from './trash.js';

export interface GarbageParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly trash: Trash;
  readonly links: BlobLinks;
  readonly outbox: FileOutbox;
}

/** A directory that changed within this time may change again without getting another modification time. */
const CLOCK_GRAIN_MS = 1_000;

/** The collector's view of one repository on disk. */
export class FileRepositoryGarbage implements RepositoryGarbage {
  constructor(
    private readonly parts: GarbageParts,
    private readonly repository: RepositoryName,
  ) {}

  async *intents(): AsyncIterable<Uint8Array> {
    const directory = this.parts.layout.pending(this.repository);
    for await (const name of listNames(directory)) {
      const bytes = await readFile(join(directory, name)).catch(ignoreNotFound);
      if (bytes !== undefined) yield bytes;
    }
  }

  async *tags(): AsyncIterable<ListedTag> {
    for await (const name of listNames(this.parts.layout.tags(this.repository))) {
      const tag = decodeTag(name);
      const bytes = tag && readSmallFile(this.parts.layout.tag(this.repository, tag));
      const record = bytes && decodeTagRecord(bytes);
      if (tag !== undefined && record !== undefined) yield listedTag(tag, record);
    }
  }

  /** Looks on this thread, as `claims` does, because a search through thousands of repositories would wait for the thread pool each time. */
  async entry(key: EntryKey): Promise<StoredEntry | undefined> {
    const found = statOf(this.parts.layout.place(this.repository, key));
    return found && entryOf(found, key);
  }

  async *entries(kind: StoredKind): AsyncIterable<StoredEntry> {
    const root = this.parts.layout.kind(this.repository, kind);
    for await (const key of keysBelow(root, kind)) {
      const entry = await describe(this.parts.layout.place(this.repository, key), key);
      if (entry !== undefined) yield entry;
    }
  }

  async *aside(): AsyncIterable<AsideEntry> {
    const { trash, layout } = this.parts;
    for (const pass of await trash.passes(this.repository)) {
      for (const kind of ['manifests', 'blobs', 'referrers'] as const) {
        for await (const key of keysBelow(join(layout.trash(this.repository), pass, kind), kind)) {
          const entry = await describe(trash.asidePath(this.repository, pass, key), key);
          if (entry !== undefined) yield { pass, entry };
        }
      }
    }
  }

  async peek(digest: Digest): Promise<Uint8Array | undefined> {
    const { trash } = this.parts;
    const key = { kind: 'manifests', digest } as const;
    // The place is checked again at the end, because a collector may have restored the manifest meanwhile.
    const live = this.parts.layout.place(this.repository, key);
    const found = await readManifest(live, digest);
    if (found !== undefined) return found;
    const places = (await trash.passes(this.repository)).map((pass) =>
      trash.asidePath(this.repository, pass, key),
    );
    for (const path of [...places, live]) {
      const bytes = await readManifest(path, digest);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  }

  async claims(digest: Digest): Promise<number> {
    const claim = statOf(this.parts.layout.claim(this.repository, digest));
    const shared = statOf(this.parts.layout.content(digest));
    if (claim === undefined) return 0;
    return shared?.ino === claim.ino ? claim.nlink - 1 : claim.nlink;
  }

  async setAside(pass: string, entries: readonly StoredEntry[]): Promise<StoredEntry[]> {
    const { trash } = this.parts;
    const moved: StoredEntry[] = [];
    for (const entry of await trash.setAside(this.repository, pass, entries)) {
      const now = await describe(trash.asidePath(this.repository, pass, entry), entry);
      if (now !== undefined) moved.push(now);
    }
    return moved;
  }

  async restore(pass: string, entry: StoredEntry): Promise<void> {
    await this.parts.trash.restore(this.repository, pass, entry);
    await this.deleteAside(pass, entry);
  }

  async drop(pass: string, entry: StoredEntry): Promise<number> {
    if (!(await this.deleteAside(pass, entry))) return 0;
    if (entry.kind !== 'blobs') return entry.size;
    return this.parts.links.freeUnclaimed(entry.digest);
  }

  async tidy(limits: TidyLimits): Promise<void> {
    const { layout, outbox } = this.parts;
    const tidied = new Tidy(limits).repository(layout, this.repository, (intent) =>
      recoverEvents(layout, outbox, this.repository, intent),
    );
    if (await tidied) await outbox.append([eventOfRemovedRepository(this.repository)]);
  }

  async fingerprint(): Promise<string | undefined> {
    const { layout } = this.parts;
    const root = layout.repository(this.repository);
    const directories = ['tags', 'pending', 'trash', 'referrers', 'manifests', 'blobs'].concat(
      DIGEST_ALGORITHMS.flatMap((algorithm) => [`manifests/${algorithm}`, `blobs/${algorithm}`]),
    );
    const times: string[] = [];
    for (const directory of directories) {
      const found = await stat(join(root, directory), { bigint: true }).catch(ignoreNotFound);
      if (found !== undefined && Date.now() - Number(found.mtimeMs) < CLOCK_GRAIN_MS) {
        return undefined;
      }
      // An intent that is left may belong to a dead writer by the next pass.
      if (directory === 'pending' && found !== undefined && (await hasNames(root, directory))) {
        return undefined;
      }
      times.push(found === undefined ? '-' : `${found.ino}:${found.mtimeNs}`);
    }
    return times.join(' ');
  }

  private async deleteAside(pass: string, entry: StoredEntry): Promise<boolean> {
    return succeedsIfPresent(unlink(this.parts.trash.asidePath(this.repository, pass, entry)));
  }
}

/** Yields the keys of all files of one kind. Their directories are named by algorithm, or by subject for referrers. */
async function* keysBelow(root: string, kind: StoredKind): AsyncIterable<EntryKey> {
  for (const within of await allNames(root)) {
    for await (const name of listNames(join(root, within))) {
      const key = keyOf(kind, within, name);
      if (key !== undefined) yield key;
    }
  }
}

function keyOf(kind: StoredKind, within: string, name: string): EntryKey | undefined {
  if (kind === 'referrers') {
    const subject = decodeDigest(within);
    const digest = decodeDigest(name);
    return subject && digest && { kind, subject, digest };
  }
  const digest = Digest.tryParse(`${within}:${name}`);
  return digest && { kind, digest };
}

async function describe(path: string, key: EntryKey): Promise<StoredEntry | undefined> {
  const found = await stat(path).catch(ignoreNotFound);
  return found && entryOf(found, key);
}

function entryOf(
  { size, mtimeMs, nlink }: Stats,
  { kind, digest, subject }: EntryKey,
): StoredEntry {
  const entry = { kind, digest, size, lastUsed: mtimeMs };
  // Each claim is a link, and the shared content has one more.
  if (kind === 'blobs') return { ...entry, claims: Math.max(nlink - 1, 1) };
  return subject === undefined ? entry : { ...entry, subject };
}

async function hasNames(root: string, directory: string): Promise<boolean> {
  return (await allNames(join(root, directory))).length > 0;
}
