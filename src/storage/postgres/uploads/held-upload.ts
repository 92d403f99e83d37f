import { type Hash } from 'node:crypto';

import { Digest, newHash } from '../../../domain/digest.js';
import { type HeldUpload } from '../../ports/upload-store.js';
import { otherDigest } from '../../protocol/failures.js';
import { type RunningHashes } from '../../protocol/running-hashes.js';
import { digestBytes } from '../database/digest-bytes.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { commitUpload } from './commit-upload.js';
import { Hold } from './hold.js';
import { type ObjectId } from '../objects/object-store.js';
import { completeObject } from './complete-object.js';
import { knownDigest, readDigest } from './received-digest.js';
import { StagedWriter } from './staged-writer.js';
import { type UploadSlots } from './upload-slots.js';
import { discardUpload, doomWritten, recordBytes, type WrittenBytes } from './staged-rows.js';
import { releaseUpload, type UploadRow } from './upload-rows.js';

export interface HeldParts extends PostgresParts {
  readonly hashes: RunningHashes;
  readonly slots: UploadSlots;
  /** Called once, when the hold has ended. */
  readonly ended: () => void;
}

/** A session that this process holds. Every change of its row names the holder, so that one that lost its hold changes nothing. */
export class PostgresHeldUpload implements HeldUpload {
  private readonly hold: Hold;
  private hasEnded = false;
  private isStoring = false;

  /** @param hash the running hash of exactly the received bytes, if this process knows it */
  constructor(
    private readonly parts: HeldParts,
    private row: UploadRow,
    holder: string,
    private hash: Hash | undefined,
  ) {
    const { database, times } = parts;
    const isBusy = () => this.isStoring;
    this.hold = new Hold(database, row.id, holder, times.staleAfterMs, isBusy);
    this.hold.staged = row.received;
  }

  get offset(): number {
    return this.row.received;
  }

  async append(source: AsyncIterable<Uint8Array>): Promise<number> {
    this.requireHold();
    const { objects, database, slots } = this.parts;
    const reserve = () => this.hold.reserve(this.offset);
    const writer = new StagedWriter(objects, reserve, slots, this.offset === 0);
    try {
      const failure = await this.receive(source, writer);
      await this.acknowledge(writer);
      if (failure !== undefined) throw failure.error;
      return this.offset;
    } catch (error) {
      await writer.end();
      if (this.offset !== this.hold.staged) {
        // Nothing of this append counts.
        this.hash = undefined;
        this.hold.staged = this.offset;
        await doomWritten(database, writer.written);
      }
      throw error;
    } finally {
      await writer.end();
    }
  }

  async commit(digest: Digest): Promise<number> {
    this.requireHold();
    this.isStoring = true;
    try {
      const { received } = this.row;
      const known = knownDigest(this.row);
      this.requireDigest(digest, known);
      const isKnown = known?.algorithm === digest.algorithm;
      // What takes long begins with the whole time of a hold.
      if (!isKnown || this.row.parts !== null) await this.hold.renew(received);
      const object = await completeObject(this.parts, this.row, this.hold);
      if (!isKnown) await this.verify(digest, object);
      await this.makeBlob(digest, object);
      return received;
    } finally {
      this.isStoring = false;
    }
  }

  async discard(): Promise<void> {
    if (this.hasEnded) return;
    await this.end();
    await discardUpload(this.parts.database, this.hold);
  }

  async release(): Promise<void> {
    if (this.hasEnded) return;
    await this.end();
    if (this.hash !== undefined) {
      this.parts.hashes.keep(this.row.id, { offset: this.offset, hash: this.hash });
    }
    await releaseUpload(this.parts.database, this.hold);
  }

  /**
   * Passes all bytes to the writer, those of the unfinished object first. Resolves to the error of the source, if it failed.
   *
   * A source without bytes, as in the last request of most clients, leaves that object as it is.
   */
  private async receive(
    source: AsyncIterable<Uint8Array>,
    writer: StagedWriter,
  ): Promise<{ readonly error: unknown } | undefined> {
    const chunks = source[Symbol.asyncIterator]();
    let staged = this.offset;
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => ({ error }));
        if ('error' in next) return next;
        if (next.done === true) return undefined;
        if (next.value.byteLength === 0) continue;
        this.hold.require(this.offset);
        if (staged === this.offset) await this.repeatUnfinished(writer);
        staged += next.value.byteLength;
        this.hold.progress(staged);
        this.hash?.update(next.value);
        await this.storing(() => writer.push(next.value, staged));
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** Passes on the bytes of the single object or the tail, which become part of what is written now. */
  private async repeatUnfinished(writer: StagedWriter): Promise<void> {
    await this.takeCompleted();
    writer.begin(this.row);
    const { object, parts, tail, tailSize, received, algorithm } = this.row;
    const [unfinished, size] = parts === null ? [object, received] : [tail, tailSize];
    if (unfinished === null || size === 0) return;
    // Where all bytes are read again, another process's hash is computed by the way.
    const hash = this.hash ?? (parts === null ? newHash(algorithm) : undefined);
    for await (const chunk of this.parts.objects.read(unfinished, { start: 0, end: size - 1 })) {
      if (this.hash === undefined) hash?.update(chunk);
      await this.storing(() => writer.push(chunk, received));
    }
    this.hash = hash;
  }

  /** Begins with the whole object, if a writer completed it and lost its hold before the commit. No part can be added to it then. */
  private async takeCompleted(): Promise<void> {
    const { object, parts, received } = this.row;
    if (object === null || parts === null) return;
    if ((await this.parts.objects.size(object)) === received) await this.recordWhole(object);
  }

  private async acknowledge(writer: StagedWriter): Promise<void> {
    const received = this.hold.staged;
    if (received === this.offset) return;
    const staged = await this.storing(() => writer.finish(received));
    const running = this.hash ? digestBytes(this.finished(this.hash)) : null;
    await this.record({ ...staged, received, running });
  }

  private async record(written: WrittenBytes): Promise<void> {
    const isHeld = await recordBytes(this.parts.database, this.hold, written);
    if (!isHeld) throw this.hold.lost(this.offset);
    this.row = { ...this.row, ...written };
  }

  /** Returns the digest so far of a hash that goes on. */
  private finished(hash: Hash): Digest {
    return Digest.fromHash(this.row.algorithm, hash.copy());
  }

  private requireDigest(expected: Digest, actual: Digest | undefined): void {
    if (actual?.algorithm === expected.algorithm && !actual.equals(expected)) {
      throw otherDigest(expected, actual);
    }
  }

  /** Reads the object again, because no process knows the digest of all its bytes. @throws RegistryError `digest-mismatch` */
  private async verify(digest: Digest, object: ObjectId): Promise<void> {
    const { objects } = this.parts;
    const actual = await readDigest(objects, object, this.row.received, digest.algorithm);
    if (actual.equals(digest)) return;
    await this.recordWhole(object);
    throw otherDigest(digest, actual);
  }

  /** Records that all bytes of the session are one object. */
  private async recordWhole(object: ObjectId): Promise<void> {
    const { received, running } = this.row;
    const staged = { object, parts: null, tail: null, tailSize: 0, newParts: [] };
    await this.record({ ...staged, received, running });
  }

  private async makeBlob(digest: Digest, object: ObjectId): Promise<void> {
    const { repository, received } = this.row;
    const blob = { repository, digest, size: received, object };
    const { database, times } = this.parts;
    const isHeld = await commitUpload(database, this.hold, blob, times.objectGraceMs);
    if (!isHeld) throw this.hold.lost(received);
    await this.end();
  }

  private async storing<Result>(work: () => Promise<Result>): Promise<Result> {
    this.isStoring = true;
    try {
      return await work();
    } finally {
      this.isStoring = false;
    }
  }

  private requireHold(): void {
    this.hold.require(this.offset);
    if (this.hasEnded) throw this.hold.lost(this.offset);
  }

  private async end(): Promise<void> {
    this.hasEnded = true;
    await this.hold.end();
    this.parts.ended();
  }
}
