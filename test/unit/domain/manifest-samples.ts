import { Digest } from '../../../src/domain/digest.js';
import { parseManifest, type Manifest } from '../../../src/domain/manifest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../../src/domain/media-type.js';

export const CONFIG = descriptor('config', 'application/vnd.oci.image.config.v1+json');
export const LAYER = descriptor('layer', 'application/vnd.oci.image.layer.v1.tar+gzip');
export const FOREIGN = descriptor(
  'foreign',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
);
export const CHILD = descriptor('child', OCI_IMAGE);
export const IMAGE = { schemaVersion: 2, mediaType: OCI_IMAGE, config: CONFIG, layers: [LAYER] };
export const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [CHILD] };

export function descriptor(
  text: string,
  mediaType: string,
): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: Digest.of(Buffer.from(text)).toString(), size: text.length };
}

export function encode(json: object): Buffer {
  return Buffer.from(JSON.stringify(json));
}

export function parse(json: object): Manifest {
  return parseManifest(encode(json), undefined);
}

export function parseText(text: string): Manifest {
  return parseManifest(Buffer.from(text), undefined);
}
