import { type TaggedManifest } from '../ports/tag-store.js';
import { readSmallFile } from './disk/small-files.js';
import { decodeTagRecord, identityOf } from './records.js';

/** The file of a tag. */
export interface TagFile {
  /** Different for every push. */
  readonly bytes: Buffer;
  readonly identity: string;
  /** `undefined` if a power cut left the file incomplete. */
  readonly record: TaggedManifest | undefined;
}

/** Returns the file of the tag at `path`, or `undefined` if it does not exist. */
export function readTagFile(path: string): TagFile | undefined {
  const bytes = readSmallFile(path);
  return bytes && { bytes, identity: identityOf(bytes), record: decodeTagRecord(bytes) };
}
