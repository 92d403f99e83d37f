import { type TaggedManifest } from '../ports/tag-store.js';
import { ConfirmedCache } from './disk/confirmed-cache.js';
import { readSmallFile } from './disk/small-files.js';
import { decodeTagRecord } from './records.js';

/** How many records of tags are cached, and how many bytes of memory they take. */
const MAX_RECORDS = 20_000;
const MAX_RECORD_BYTES = 32 * 1024 ** 2;

/** How many bytes a record takes besides the login in it. An estimate. */
const BYTES_PER_RECORD = 600;

/** The records of tags that requests read, cached until their files change. */
export class TagRecords {
  private readonly cache = new ConfirmedCache<TaggedManifest>({
    maxEntries: MAX_RECORDS,
    maxBytes: MAX_RECORD_BYTES,
    bytesOf: ({ by = '' }) => BYTES_PER_RECORD + 2 * by.length,
  });

  /** Returns the record of the tag's file at `path`, or `undefined` if it does not exist or is invalid. */
  at(path: string): TaggedManifest | undefined {
    return this.cache.get(path, () => {
      const bytes = readSmallFile(path);
      return bytes && decodeTagRecord(bytes);
    });
  }
}
