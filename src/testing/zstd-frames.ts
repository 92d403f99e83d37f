import * as zlib from 'node:zlib';

/** The result of Node's decompression with the option `info`, which its types lack. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Returns whether this Node can decompress zstd. Node 22.15 and later can. */
export function hasZstd(): boolean {
  return 'zstdDecompress' in zlib;
}

/**
 * Decompresses all frames of zstd. Node itself stops after the first one, but some tools write many,
 * so that parts of a layer can be pulled.
 *
 * @throws Error of zlib, such as `ERR_BUFFER_TOO_LARGE` beyond `maxOutputLength`
 */
export async function decompressZstd(
  bytes: Buffer,
  { maxOutputLength }: { readonly maxOutputLength: number },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let left = maxOutputLength;
  for (let at = 0; at < bytes.byteLength;) {
    const { buffer, engine } = await decompressFrame(bytes.subarray(at), Math.max(left, 1));
    pieces.push(buffer);
    left -= buffer.byteLength;
    if (engine.bytesWritten === 0) throw new Error('a frame of zstd is empty');
    at += engine.bytesWritten;
  }
  if (left < 0) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
  return Buffer.concat(pieces);
}

function decompressFrame(bytes: Buffer, maxOutputLength: number): Promise<Decompressed> {
  const options = { maxOutputLength, info: true } as zlib.ZstdOptions;
  return new Promise((resolve, reject) => {
    zlib.zstdDecompress(bytes, options, (error, result) => {
      if (error === null) resolve(result as unknown as Decompressed);
      else reject(error);
    });
  });
}
