import { once } from 'node:events';

import {
  RegistryClient,
  RemoteFailure,
  type RemoteBlob,
  type RemoteManifest,
  type RemoteTags,
} from '../../../src/client/registry-client.js';
import { type Descriptor } from '../../../src/domain/descriptor.js';
import { Digest } from '../../../src/domain/digest.js';
import { type Reference } from '../../../src/domain/reference.js';
import { collect, repo } from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type OpenBlob } from '../../../src/storage/ports/blob-store.js';

/** How many bytes its bodies send at once. */
const PIECE_BYTES = 16 * 1024;

/** Another registry, without a network: a storage with its client, which fails as a test wants. */
export class OtherRegistry extends RegistryClient {
  readonly storage = createMemoryStorage({ maxBytes: Infinity });
  /** The questions that it got, such as `stat 3` or `blob 0`, with the first byte. */
  readonly asked: string[] = [];
  /** If present, it fails so instead of answering. */
  failure: RemoteFailure | undefined;
  /** If present, it fails so to GETs of manifests. */
  manifestFailure: RemoteFailure | undefined;
  /** Manifests that no storage takes, by digest. */
  readonly extra = new Map<string, RemoteManifest & { readonly bytes: Uint8Array }>();
  /** So many bodies break off before the byte. */
  breaks = { at: 0, left: 0 };
  /** Bodies pause here: what comes from the set byte on is sent after `goOn`. */
  pausesAt: number | undefined;
  /** Whether it sends whole blobs to those who ask for a part. */
  ignoresRanges = false;
  /** The byte of every blob that is sent wrong. */
  wrongByte: number | undefined;
  /** How many bytes more than the blob has it sends. */
  surplus = 0;
  /** Whether it says how large blobs are. */
  saysSize = true;
  /** Whether it answers questions for tags only after `goOn`. */
  private hangs = false;
  isClosed = false;
  private resume: () => void = () => undefined;
  private going = Promise.resolve();

  /** Lets bodies pause at this byte until `goOn`. */
  pauseAt(byte: number): void {
    this.pausesAt = byte;
    this.going = new Promise((resolve) => (this.resume = resolve));
  }

  /** Lets questions for tags wait until `goOn`. */
  hang(): void {
    this.hangs = true;
    this.going = new Promise((resolve) => (this.resume = resolve));
  }

  goOn(): void {
    this.hangs = false;
    this.pausesAt = undefined;
    this.resume();
  }

  override async stat(name: string, reference: Reference): Promise<RemoteManifest | undefined> {
    this.answers(`stat ${short(reference)}`);
    if (this.hangs) await this.going;
    return this.describe(name, reference);
  }

  override async manifest(
    name: string,
    reference: Reference,
  ): Promise<(RemoteManifest & { readonly bytes: Uint8Array }) | undefined> {
    this.answers(`manifest ${short(reference)}`);
    if (this.manifestFailure !== undefined) throw this.manifestFailure;
    const extra = this.extra.get(`${reference}`);
    if (extra !== undefined) return extra;
    const described = await this.describe(name, reference);
    const stored = described && (await this.storage.manifests.read(repo(name), described.digest));
    return described && stored && { ...described, bytes: stored.bytes };
  }

  override async blob(
    name: string,
    digest: Digest,
    from: number,
    signal?: AbortSignal,
  ): Promise<RemoteBlob | undefined> {
    this.answers(`blob ${from}`);
    const blob = await this.storage.blobs.open(repo(name), digest);
    if (blob === undefined) return undefined;
    const offset = this.ignoresRanges ? 0 : from;
    const size = this.saysSize ? blob.size + this.surplus : undefined;
    return { size, offset, body: this.body(blob, offset, signal) };
  }

  override async statBlob(
    name: string,
    digest: Digest,
  ): Promise<{ readonly size: number } | undefined> {
    this.answers('stat blob');
    const size = await this.storage.blobs.stat(repo(name), digest);
    return size === undefined ? undefined : { size };
  }

  override async tags(name: string, after?: string): Promise<RemoteTags | undefined> {
    this.answers(`tags ${after ?? ''}`.trim());
    if (!(await this.storage.catalog.has(repo(name)))) return undefined;
    const all = await collect(this.storage.tags.list(repo(name), after));
    const tags = all.slice(0, 2);
    return { tags, ...(all.length > 2 && { next: String(tags.at(-1)) }) };
  }

  override async referrers(
    name: string,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined> {
    this.answers('referrers');
    return collect(this.storage.manifests.referrers(repo(name), subject));
  }

  override close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  private answers(question: string): void {
    this.asked.push(question);
    if (this.failure !== undefined) throw this.failure;
  }

  private async describe(name: string, reference: Reference): Promise<RemoteManifest | undefined> {
    const { manifests, tags } = this.storage;
    if (!(reference instanceof Digest)) return tags.resolve(repo(name), reference);
    const found = await manifests.stat(repo(name), reference);
    return found && { ...found, digest: reference };
  }

  private async *body(
    blob: OpenBlob,
    from: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    for (let start = from; start < blob.size; start += PIECE_BYTES) {
      if (start >= (this.pausesAt ?? Infinity)) await Promise.race([this.going, ended(signal)]);
      signal?.throwIfAborted();
      if (start >= this.breaks.at && this.breaks.left-- > 0) throw new Error('it was reset');
      const end = Math.min(start + PIECE_BYTES, blob.size) - 1;
      for await (const piece of blob.read({ start, end })) yield this.sent(piece, start);
    }
    if (this.surplus > 0) yield Buffer.alloc(this.surplus);
  }

  private sent(piece: Uint8Array, start: number): Uint8Array {
    const copy = Buffer.from(piece);
    const wrong = (this.wrongByte ?? -1) - start;
    if (wrong >= 0 && wrong < copy.byteLength) copy[wrong] = (copy[wrong] ?? 0) ^ 1;
    return copy;
  }
}

/** Resolves when the signal is given. */
async function ended(signal: AbortSignal | undefined): Promise<void> {
  if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
}

/** Returns how a test names a reference: a tag, or `@` for any digest. */
function short(reference: Reference): string {
  return reference instanceof Digest ? '@' : reference;
}

/** Returns a failure as a registry that is down causes it. */
export function down(): RemoteFailure {
  return new RemoteFailure('unavailable', 'upstream.example cannot be reached');
}
