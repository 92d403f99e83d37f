import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

import { KEPT_TAG_CHANGES, type TagChange } from '../ports/tag-store.js';
import { type Durability } from './disk/durability.js';
import { readSmallFile, statOf } from './disk/small-files.js';
import { asChange, encodeRemoval, linesOf, type Removal } from './history-lines.js';
import { type TagFile } from './tag-file.js';

/** A file with more bytes than this may have so many lines that it is shortened. A line has about 300. */
const LARGE_BYTES = 60_000;

/** A file with more lines than this is shortened. Rarely, so that a change costs one append. */
const MAX_LINES = 200;

/** The earlier records of one tag, and its removals: docs/storage-layout.md#the-history-of-a-tag. */
export class TagHistory {
  constructor(
    private readonly durability: Durability,
    private readonly path: string,
  ) {}

  /** Adds a record that is about to be replaced. Only the owner of the tag's claim may call it. */
  async addReplaced({ bytes, record }: TagFile): Promise<void> {
    if (record === undefined) return;
    await this.shorten();
    await this.append(asLine(bytes), false);
  }

  /** Adds a record that is about to be removed, durably. Only the owner of the tag's claim may call it. */
  async addRemoved(removed: TagFile, removal: Removal): Promise<void> {
    const line = encodeRemoval(removed, removal);
    if (line === undefined) return;
    await this.shorten();
    const bytes = Buffer.concat([asLine(removed.bytes), asLine(line)]);
    await this.append(bytes, true);
    await this.durability.syncDirectory(dirname(this.path));
  }

  /** Returns the changes, the newest first. @param current the file of the tag, if the tag exists */
  changes(current: TagFile | undefined): TagChange[] {
    const earlier = linesOf(readSmallFile(this.path), current).map(({ change }) => change);
    const last = current?.record;
    const all = [...earlier, ...(last === undefined ? [] : [last])];
    return all.slice(-KEPT_TAG_CHANGES).map(asChange).reverse();
  }

  private append(bytes: Buffer, durably: boolean): Promise<void> {
    return this.durability.inDirectory(dirname(this.path), async () => {
      const handle = await open(this.path, 'a');
      try {
        await handle.writeFile(bytes);
        if (durably) await this.durability.syncFile(handle);
      } finally {
        await handle.close();
      }
    });
  }

  /** Keeps the last lines of a long file. A writer that lost its claim may append to the old file what the new one already has. */
  private async shorten(): Promise<void> {
    if ((statOf(this.path)?.size ?? 0) < LARGE_BYTES) return;
    const lines = linesOf(readSmallFile(this.path), undefined);
    if (lines.length <= MAX_LINES) return;
    const kept = lines.slice(-KEPT_TAG_CHANGES).map(({ bytes }) => asLine(bytes));
    await this.durability.replaceFile(this.path, Buffer.concat(kept));
  }
}

/** A line begins with its separator, so that a line which a power cut left incomplete does not damage the next one. */
function asLine(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('\n'), bytes]);
}
