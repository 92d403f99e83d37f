import { rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound } from '../../files/errors.js';
import { nonce } from './disk/temporary-names.js';
import { encodeTagRecord, intentOf, type NewTagRecord } from './records.js';
import { DEAD_AFTER_MS, linkIfFree, stagedRecord, TagClaim } from './tag-claim.js';
import { readTagFile, type TagFile } from './tag-file.js';
import { type TagHistory } from './tag-history.js';

/** The result of setting a tag. */
export interface PlacedTag {
  /** Whether the tag did not point to the manifest before. */
  readonly changed: boolean;
  /** The other manifest that the tag pointed to before. */
  readonly from: Digest | undefined;
  /** The intent of the push that set the tag before, and the manifest that this push replaced. */
  readonly replaced:
    { readonly push: string | undefined; readonly previous: Digest | undefined } | undefined;
}

/** Points one tag to a manifest by compare-and-set: docs/storage-layout.md#changing-a-tag. */
export class TagPlacement {
  private replaced: TagFile | undefined;
  private push: string | undefined;
  private placed: string | undefined;

  constructor(
    private readonly durability: Durability,
    readonly path: string,
    private readonly history: TagHistory,
    private readonly target: NewTagRecord,
    /** Called with what the tag points to before it is set. Throws if the tag must not be set. */
    private readonly check: (current: Digest | undefined) => void,
    private readonly deadAfterMs = DEAD_AFTER_MS,
  ) {}

  /** Writes the record to a temporary file. */
  async stage(): Promise<void> {
    await this.discard();
    const replaced = readTagFile(this.path);
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
   * @throws RegistryError if the tag must not be set
   */
  async place(): Promise<PlacedTag> {
    if (this.placed !== undefined && readTagFile(this.path) !== undefined) return this.result();
    for (;;) {
      // The tag gets the record only if it still has the one that was read before: so that one is checked.
      if (this.push === undefined) await this.stage();
      this.require();
      if (await this.tryToPlace()) return this.result();
    }
  }

  /** Does nothing if the tag might be set when its record was staged. @throws RegistryError if not */
  require(): void {
    this.check(this.replaced?.record?.digest);
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
        : await this.replace(replaced, push);
    if (placed) this.placed = push;
    // A rename moved the temporary file. After a link the record has two names, and the file of a loser is useless.
    if (placed && replaced !== undefined) this.push = undefined;
    else await this.discard();
    return placed;
  }

  private replace(replaced: TagFile, push: string): Promise<boolean> {
    const claim = new TagClaim(this.path, replaced.identity, this.deadAfterMs);
    return claim.use(push, async (takenOver) => {
      // The history gets the record first, so that its order is that of the changes.
      if (takenOver || this.otherManifest(replaced) !== undefined) {
        await this.history.addReplaced(replaced);
      }
      await rename(stagedRecord(this.path, push), this.path);
    });
  }

  private result(): PlacedTag {
    const { replaced } = this;
    const from = this.otherManifest(replaced);
    const changed = from !== undefined || replaced?.record === undefined;
    const before = replaced && {
      push: intentOf(replaced.bytes),
      previous: replaced.record?.previous,
    };
    return { from, changed, replaced: before };
  }

  /** Returns the manifest that the tag stops pointing to when it replaces `current`. */
  private otherManifest(current: TagFile | undefined): Digest | undefined {
    const digest = current?.record?.digest;
    return digest?.equals(this.target.digest) === true ? undefined : digest;
  }

  /** Returns the previous manifest for the new record. Setting a tag again to the same manifest keeps it. */
  private previousOf(replaced: TagFile | undefined): Digest | undefined {
    return this.otherManifest(replaced) ?? replaced?.record?.previous;
  }
}
