import { type OpenBlob } from '../ports/blob-store.js';

/** All bytes of `blob`, in memory of their own. Whoever opened it closes it, and has looked at its size before. */
export async function readWhole(blob: OpenBlob): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(blob.size);
  if (blob.size === 0) return bytes;
  let offset = 0;
  for await (const piece of blob.read({ start: 0, end: blob.size - 1 })) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
