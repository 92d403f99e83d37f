import { type IncomingMessage } from 'node:http';

import { parseManifest, type Manifest } from '../../domain/manifest.js';
import { RequestValue } from '../server/request-value.js';

/** What a manifest says about the size of its image. */
export interface ImageContent {
  /** The bytes of the config and the layers; 0 for an index. */
  readonly bytes: number;
  /** The digests of the entries of an index. */
  readonly entries: readonly string[];
}

/** The bytes are parsed only if somebody wants to know. */
const manifests = new RequestValue<ImageContent | Uint8Array>('manifest');

/** Records the manifest that a request pulls or pushes. */
export function recordManifest(request: IncomingMessage, manifest: Manifest | Uint8Array): void {
  manifests.set(request, manifest instanceof Uint8Array ? manifest : contentOf(manifest));
}

/** Returns the content of the recorded manifest, or `undefined` if none is recorded or it cannot be read. */
export function imageContentOf(request: IncomingMessage): ImageContent | undefined {
  const found = manifests.get(request);
  if (!(found instanceof Uint8Array)) return found;
  try {
    return contentOf(parseManifest(found, undefined));
  } catch {
    // A manifest without a media type of its own, from a client that sent one.
    return undefined;
  }
}

function contentOf({ config, layers, manifests }: Manifest): ImageContent {
  const bytes = [...(config === undefined ? [] : [config]), ...layers];
  return {
    bytes: bytes.reduce((sum, { size }) => sum + size, 0),
    entries: manifests.map(({ digest }) => digest.toString()),
  };
}
