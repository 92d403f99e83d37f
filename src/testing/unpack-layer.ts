import { isLayerType, readLayer, type LayerEntry } from '../inspect/layers/read-layer.js';
import { type BlobContent } from './content.js';

/** The entries of a layer in their order, and the size of its tar file in bytes. */
export interface UnpackedLayer {
  readonly entries: readonly LayerEntry<Buffer>[];
  readonly size: number;
}

/**
 * Unpacks a layer: a tar file, plain or compressed by gzip or zstd.
 *
 * @throws Error that names the layer when it is no tar file, or unpacks to more than `most` bytes
 */
export async function unpackLayer(layer: BlobContent, most: number): Promise<UnpackedLayer> {
  const { digest, mediaType } = layer;
  if (!isLayerType(mediaType)) {
    throw new Error(`${digest} is ${mediaType}, not a layer of files: see pull`);
  }
  const entries: LayerEntry<Buffer>[] = [];
  const tooLarge = (): Error =>
    new Error(
      `the layers up to ${digest} unpack to more bytes than allowed: raise maxBytes of files`,
    );
  const source = { digest, mediaType, bytes: only(layer.bytes), most, tooLarge };
  const size = await readLayer({ ...source, readerOf: keepBytes }, (entry) => {
    entries.push(entry);
  });
  return { entries, size };
}

function keepBytes(): { write(piece: Buffer): void; end(): Buffer } {
  const pieces: Buffer[] = [];
  return { write: (piece) => void pieces.push(piece), end: () => Buffer.concat(pieces) };
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
