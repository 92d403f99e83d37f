import { setTimeout as delay } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { parseManifest, referrerDescriptor, type Manifest } from '../../domain/manifest.js';
import { referrersTag } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { ManifestStore } from '../../storage/ports/manifest-store.js';
import { TagStore } from '../../storage/ports/tag-store.js';
import { nextTurn, yieldEvery } from '../../storage/protocol/yield-every.js';
import { type Candidate } from './referrers-page.js';

/** The size of each cache, in bytes. */
const MAX_CACHED_BYTES = 16 * 1024 ** 2;

/** How many bytes a digest, and a descriptor besides its annotations, take in a cache. Estimates. */
const BYTES_PER_DIGEST = 200;
const BYTES_PER_DESCRIPTOR = 600;

/** Before a manifest of more bytes than this is parsed, which takes milliseconds, other requests get time. */
const LARGE_BYTES = 256 * 1024;
const PAUSE_MS = 10;

/** What the list of referrers needs to know of a manifest. It follows from the bytes, so it never changes for a digest. */
interface Known {
  readonly descriptor: Descriptor;
  readonly subject: Digest | undefined;
}

/**
 * Lists the referrers that clients recorded under a subject's fallback tag. OCI Distribution Specification, "Referrers Tag Schema".
 *
 * Clients of registries without the referrers API keep this list themselves. An entry is a referrer if the repository has it and
 * it does not name another subject.
 */
@Injectable()
export class FallbackReferrers {
  private readonly lists: LRUCache<string, readonly Digest[]>;
  private readonly known: LRUCache<string, Known>;
  /** The last read. Manifests are parsed one after the other for all requests, because each takes several times its size. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly manifests: ManifestStore,
    private readonly tags: TagStore,
  ) {
    this.lists = new LRUCache({
      maxSize: MAX_CACHED_BYTES,
      sizeCalculation: (list) => BYTES_PER_DIGEST * (1 + list.length),
    });
    this.known = new LRUCache({ maxSize: MAX_CACHED_BYTES, sizeCalculation: bytesOf });
  }

  /**
   * Yields the entries of the list after `after`, once each, in byte order of their digests.
   *
   * @param isWanted returns false when nobody waits for the entries any more; then no more manifests are read
   */
  async *list(
    repository: RepositoryName,
    subject: Digest,
    after: Digest | undefined,
    isWanted: () => boolean = () => true,
  ): AsyncIterable<Candidate> {
    const tagged = await this.tags.resolve(repository, referrersTag(subject));
    if (tagged === undefined) return;
    for await (const digest of yieldEvery(
      await this.entries(repository, tagged.digest, isWanted),
    )) {
      if (after !== undefined && byteOrder(`${digest}`, `${after}`) <= 0) continue;
      if (!isWanted()) return;
      const { known, read } = await this.look(repository, digest, isWanted);
      const other = known?.subject !== undefined && !known.subject.equals(subject);
      yield { digest, descriptor: other ? undefined : known?.descriptor, read };
    }
  }

  private async entries(
    repository: RepositoryName,
    list: Digest,
    isWanted: () => boolean,
  ): Promise<readonly Digest[]> {
    const key = list.toString();
    const known = this.lists.get(key);
    if (known !== undefined) return known;
    return this.oneByOne(async () => {
      const cached = this.lists.get(key);
      if (cached !== undefined || !isWanted()) return cached ?? [];
      const manifest = await this.read(repository, list);
      if (manifest === undefined) return [];
      const entries = distinct(manifest.manifests);
      this.lists.set(key, entries);
      return entries;
    });
  }

  /** Resolves to the facts of a manifest that the repository has, and to how many bytes were read for them. */
  private async look(
    repository: RepositoryName,
    digest: Digest,
    isWanted: () => boolean,
  ): Promise<{ known: Known | undefined; read: number }> {
    const key = digest.toString();
    if (this.known.has(key)) return this.confirm(repository, digest);
    return this.oneByOne(async () => {
      if (this.known.has(key) || !isWanted()) return this.confirm(repository, digest);
      const manifest = await this.read(repository, digest);
      if (manifest === undefined) return { known: undefined, read: 0 };
      const descriptor = referrerDescriptor(manifest, digest);
      const known = { descriptor, subject: manifest.subject?.digest };
      this.known.set(key, known);
      return { known, read: manifest.bytes.byteLength };
    });
  }

  /** Returns cached facts if the repository has the manifest now. */
  private async confirm(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<{ known: Known | undefined; read: number }> {
    const known = this.known.get(digest.toString());
    const exists = known && (await this.manifests.stat(repository, digest)) !== undefined;
    return { known: exists === true ? known : undefined, read: known ? bytesOf(known) : 0 };
  }

  private oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const result = this.reading.catch(() => undefined).then(work);
    this.reading = result;
    return result;
  }

  private async read(repository: RepositoryName, digest: Digest): Promise<Manifest | undefined> {
    const stored = await this.manifests.read(repository, digest);
    if (stored === undefined) return undefined;
    await (stored.bytes.byteLength > LARGE_BYTES ? delay(PAUSE_MS) : nextTurn());
    return parseManifest(stored.bytes, undefined);
  }
}

function distinct(descriptors: readonly Descriptor[]): Digest[] {
  const byText = new Map(descriptors.map(({ digest }) => [digest.toString(), digest]));
  return [...byText.values()].sort((one, another) => byteOrder(`${one}`, `${another}`));
}

/** Estimates how many bytes cached facts take. A character takes up to two. */
function bytesOf({ descriptor: { annotations } }: Known): number {
  return BYTES_PER_DESCRIPTOR + 2 * JSON.stringify(annotations ?? {}).length;
}
