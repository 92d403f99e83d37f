import { type BlobContent, type Content } from '../../../src/testing/content.js';

/** Who pushes. */
export interface Pusher {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pushes content of the builders over HTTP, as an image client does, with all that it names. `reference` is a tag, or the digest. */
export async function pushContent(
  pusher: Pusher,
  repository: string,
  reference: string,
  content: Content,
): Promise<void> {
  for (const child of content.manifests) {
    await pushContent(pusher, repository, child.descriptor.digest, child);
  }
  const blobs = content.config === undefined ? content.layers : [content.config, ...content.layers];
  for (const blob of blobs) await pushBlob(pusher, repository, blob);
  const { mediaType } = content.descriptor;
  await send(pusher, 'PUT', `/v2/${repository}/manifests/${reference}`, content.bytes, {
    'Content-Type': mediaType,
  });
}

async function pushBlob(pusher: Pusher, repository: string, blob: BlobContent): Promise<void> {
  const path = `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`;
  await send(pusher, 'POST', path, blob.bytes);
}

async function send(
  { url, headers }: Pusher,
  method: string,
  path: string,
  bytes: Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const body = new Uint8Array(bytes);
  const answer = await fetch(url + path, { method, body, headers: { ...headers, ...more } });
  if (answer.status !== 201) {
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
