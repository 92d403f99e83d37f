import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type TaggedManifest } from '../ports/tag-store.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound } from '../../files/errors.js';
import { readSmallFile } from './disk/small-files.js';
import { nonce } from './disk/temporary-names.js';
import { decodeTagRecord, encodeTagRecord, identityOf } from './records.js';
import { linkIfFree, stagedRecord, TagClaim } from './tag-claim.js';

/** A writer that has not finished for this long is considered dead. In milliseconds. */
const DEAD_AFTER_MS = 5_000;

/** The current record of a tag. */
interface CurrentRecord {
  readonly identity: string;
  /** `undefined` if a power cut left the file incomplete. */
  readonly target: TaggedManifest | undefined;
}

/** The result of setting a tag. */
export interface PlacedTag {
  /** Whether the tag did not point to the manifest before. */
  readonly changed: boolean;
  /** The other manifest that the tag pointed to before. */
  readonly from: Digest | undefined;
}

/** Points one tag to a manifest by compare-and-set: docs/storage-layout.md#changing-a-tag. */
export class TagChange {
  private replaced: CurrentRecord | undefined;
  private push: string | undefined;
  private placed: string | undefined;

  constructor(
    private readonly durability: Durability,
    private readonly path: string,
    private readonly target: Omit<TaggedManifest, 'previous'>,
    private readonly mayMove: boolean,
    private readonly deadAfterMs = DEAD_AFTER_MS,
  ) {}

  /** Writes the record to a temporary file. */
  async stage(): Promise<void> {
    await this.discard();
    const replaced = readCurrent(this.path);
    const push = nonce();
    const previous = this.previousOf(replaced);
    const bytes = encodeTagRecord({ ...this.target, ...(previous && { previous }) }, push);
    await this.durability.inDirectory(dirname(this.path), () =>
      this.durability.createFile(stagedRecord(this.path, push), bytes),
    );
    [this.replaced, this.push] = [replaced, push];
  }

  /**
   * Gives the tag its record. A second call does nothing unless the tag was removed since.
   *
   * @returns `undefined` if the tag points to another manifest and must not be moved
   */
  async place(): Promise<PlacedTag | undefined> {
    for (;;) {
      const current = readCurrent(this.path);
      if (this.placed !== undefined && current !== undefined) return this.result();
      if (this.refuses(current)) return undefined;
      if (this.push === undefined || current?.identity !== this.replaced?.identity) {
        // The tag may change while the record is written: the next round looks at it again.
        await this.stage();
        continue;
      }
      if (await this.tryToPlace()) return this.result();
    }
  }

  /** Returns whether the tag points to another manifest now and must not be moved. */
  isRefused(): boolean {
    return this.refuses(readCurrent(this.path));
  }

  private refuses(current: CurrentRecord | undefined): boolean {
    return !this.mayMove && this.otherManifest(current) !== undefined;
  }

  /** Removes the record if the tag did not get it. */
  async discard(): Promise<void> {
    const { push } = this;
    this.push = undefined;
    if (push !== undefined) await unlink(stagedRecord(this.path, push)).catch(ignoreNotFound);
  }

  private async tryToPlace(): Promise<boolean> {
    const { replaced, push = '' } = this;
    const placed =
      replaced === undefined
        ? await linkIfFree(stagedRecord(this.path, push), this.path)
        : await new TagClaim(this.path, replaced.identity, this.deadAfterMs).replaceBy(push);
    if (placed) this.placed = push;
    // After `link` the record has two names; otherwise its temporary file is gone or useless.
    await this.discard();
    return placed;
  }

  private result(): PlacedTag {
    const from = this.otherManifest(this.replaced);
    return { from, changed: from !== undefined || this.replaced?.target === undefined };
  }

  /** Returns the manifest that the tag stops pointing to when it replaces `current`. */
  private otherManifest(current: CurrentRecord | undefined): Digest | undefined {
    const digest = current?.target?.digest;
    return digest?.equals(this.target.digest) === true ? undefined : digest;
  }

  /** Returns the previous manifest for the new record. Setting a tag again to the same manifest keeps it. */
  private previousOf(replaced: CurrentRecord | undefined): Digest | undefined {
    return this.otherManifest(replaced) ?? replaced?.target?.previous;
  }
}

function readCurrent(path: string): CurrentRecord | undefined {
  const bytes = readSmallFile(path);
  return bytes && { identity: identityOf(bytes), target: decodeTagRecord(bytes) };
}
