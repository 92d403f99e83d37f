import { type FileHandle } from 'node:fs/promises';

/** Writes all of `chunk` to a file, from `position` on. @throws the errors of the file system, `ENOSPC` on a full disk */
export async function writeAll(
  file: FileHandle,
  chunk: Uint8Array,
  position: number,
): Promise<void> {
  // A full disk first writes a part without an error, and reports the error at the next write.
  for (let written = 0; written < chunk.byteLength;) {
    const length = chunk.byteLength - written;
    written += (await file.write(chunk, written, length, position + written)).bytesWritten;
  }
}
