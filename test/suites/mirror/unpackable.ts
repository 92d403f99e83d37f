import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest } from '../../../src/domain/digest.js';
import { uniqueBytes, type BuiltImage } from '../../../src/storage/contract/fixtures.js';
import { OciLayout } from '../clients/oci-layout.js';
import { type ManifestBody } from '../clients/registry-api.js';

const FILE_BYTES = 200_000;

/** An image of one file, which engines can unpack. */
export interface UnpackableImage extends BuiltImage {
  /** The layout that it was made in, for clients that push it. */
  readonly layout: string;
  readonly layer: Digest;
}

/** Makes a unique image in `folder`. */
export async function unpackableImage(folder: string): Promise<UnpackableImage> {
  const files = join(folder, 'files');
  await mkdir(files, { recursive: true });
  await writeFile(join(files, 'data'), uniqueBytes(FILE_BYTES));
  const layout = await OciLayout.create(join(folder, 'layout'));
  const { mediaType, digest, size } = await layout.addImage({ layers: [files] });
  await layout.tag('1', { mediaType, digest, size });
  const blob = (name: string): Promise<Buffer> =>
    readFile(join(layout.folder, 'blobs', name.replace(':', '/')));
  const bytes = await blob(digest);
  const { config, layers = [] } = JSON.parse(bytes.toString()) as ManifestBody;
  const contents = await Promise.all(layers.map((layer) => blob(layer.digest)));
  return {
    bytes,
    digest: Digest.of(bytes),
    descriptor: { mediaType, digest, size },
    config: await blob(String(config?.digest)),
    layers: contents,
    layout: layout.folder,
    layer: Digest.of(contents[0] ?? Buffer.alloc(0)),
  };
}
