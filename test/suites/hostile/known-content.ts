import { Digest } from '../../../src/domain/digest.js';
import { OCI_IMAGE } from '../../../src/domain/media-type.js';
import { CONFIG_TYPE, LAYER_TYPE } from '../../../src/storage/contract/fixtures.js';
import { pushImageOverHttp } from '../../support/push-over-http.js';

/** The content of every registry of this suite at the start: one image with one layer. */
export const REPOSITORY = 'team/app';
export const BASE = `/v2/${REPOSITORY}`;
export const TAG = '1.0';

export const LAYER = Buffer.from('hello, layer\n');
export const CONFIG = Buffer.from('{}');
export const LAYER_DIGEST = Digest.of(LAYER).toString();
export const CONFIG_DIGEST = Digest.of(CONFIG).toString();

export const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: { mediaType: CONFIG_TYPE, digest: CONFIG_DIGEST, size: CONFIG.byteLength },
    layers: [{ mediaType: LAYER_TYPE, digest: LAYER_DIGEST, size: LAYER.byteLength }],
  }),
);
export const MANIFEST_DIGEST = Digest.of(MANIFEST).toString();

/** A digest without content. */
export const NO_DIGEST = `sha256:${'0'.repeat(64)}`;
export const NO_UPLOAD = '01234567-89ab-cdef-0123-456789abcdef';

/** Pushes the image. */
export function pushKnownContent(url: string): Promise<void> {
  const descriptor = { mediaType: OCI_IMAGE };
  const image = { bytes: MANIFEST, config: CONFIG, layers: [LAYER], descriptor };
  return pushImageOverHttp({ url }, REPOSITORY, TAG, image);
}
