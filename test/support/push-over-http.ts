import { Digest } from '../../src/domain/digest.js';
import { type BuiltImage } from '../../src/storage/contract/fixtures.js';

/** Who pushes, and where. */
export interface Pusher {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An image, as far as a push needs it. */
type PushedImage = Pick<BuiltImage, 'bytes' | 'config' | 'layers'> & {
  readonly descriptor: Pick<BuiltImage['descriptor'], 'mediaType'>;
};

/** Pushes an image with its blobs, as an image client does. `reference` is a tag, or the digest. */
export async function pushImageOverHttp(
  pusher: Pusher,
  repository: string,
  reference: string,
  { bytes, config, layers, descriptor }: PushedImage,
): Promise<void> {
  for (const blob of [config, ...layers]) {
    await pushBlobOverHttp(pusher, repository, `${Digest.of(blob)}`, blob);
  }
  await pushManifestOverHttp(pusher, repository, reference, bytes, descriptor.mediaType);
}

export function pushBlobOverHttp(
  pusher: Pusher,
  repository: string,
  digest: string,
  bytes: Uint8Array,
): Promise<void> {
  return send(pusher, 'POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, bytes);
}

export function pushManifestOverHttp(
  pusher: Pusher,
  repository: string,
  reference: string,
  bytes: Uint8Array,
  mediaType: string,
): Promise<void> {
  const path = `/v2/${repository}/manifests/${reference}`;
  return send(pusher, 'PUT', path, bytes, mediaType);
}

async function send(
  { url, headers }: Pusher,
  method: string,
  path: string,
  bytes: Uint8Array,
  type = 'application/octet-stream',
): Promise<void> {
  const answer = await fetch(url + path, {
    method,
    body: new Uint8Array(bytes),
    headers: { 'Content-Type': type, ...headers },
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
}
