import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';

type Headers = Readonly<Record<string, string>>;

/** Pushes an image like a client that is not a browser. Resolves to the digests of its manifest and its layer. */
export async function pushImage(
  registry: string,
  repository: string,
  tag: string,
  headers: Headers = {},
): Promise<{ readonly digest: string; readonly layer: string }> {
  const layer = uniqueBytes(300);
  const image = buildImage([layer]);
  for (const blob of [image.config, layer]) {
    const path = `/v2/${repository}/blobs/uploads/?digest=${Digest.of(blob)}`;
    await send('POST', registry + path, blob, headers);
  }
  const type = { 'Content-Type': image.descriptor.mediaType };
  const path = `/v2/${repository}/manifests/${tag}`;
  await send('PUT', registry + path, image.bytes, { ...headers, ...type });
  return { digest: `${image.digest}`, layer: `${Digest.of(layer)}` };
}

async function send(method: string, url: string, body: Buffer, headers: Headers): Promise<void> {
  const { status } = await fetch(url, { method, body: new Uint8Array(body), headers });
  if (status !== 201) throw new Error(`${method} ${url}: ${status}`);
}
