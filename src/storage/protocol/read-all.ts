import { type OpenBlob } from '../ports/blob-store.js';

/** Reads all bytes of `blob` into memory. The caller must check its size before, and close it afterwards. */
export async function readAll(blob: OpenBlob): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(blob.size);
  if (blob.size === 0) return bytes;
  let offset = 0;
  for await (const piece of blob.read({ start: 0, end: blob.size - 1 })) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
