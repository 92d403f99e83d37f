import { orFailed, runAll } from './checks.ts';
import { bytesOf } from './contents.ts';
import type { Finding } from './findings.ts';
import { blobKey, type AcknowledgedBlob, type AcknowledgedImage } from './ledger.ts';
import type { Pusher } from './push-blob.ts';

/** Pushes everything that was ever acknowledged again, as clients do after a loss. */
export async function pushAgain(pusher: Pusher): Promise<Finding[]> {
  const { images, blobs } = pusher.ledger;
  const pushed = await runAll(
    [...blobs].map(([key, blob]) => orFailed('blob', key, () => pushBlob(pusher, blob))),
  );
  const put = await runAll(
    images.map((image) => {
      const key = blobKey(image.repository, image.manifest.digest);
      return orFailed('image', key, () => putManifest(pusher, image));
    }),
  );
  return [...pushed, ...put];
}

async function pushBlob(
  { client }: Pusher,
  { repository, content }: AcknowledgedBlob,
): Promise<undefined> {
  const path = `/v2/${repository}/blobs/uploads/?digest=${content.digest}`;
  await client.expect(201, 'POST', path, { body: bytesOf(content) });
}

async function putManifest(
  { client }: Pusher,
  { repository, manifest }: AcknowledgedImage,
): Promise<undefined> {
  await client.expect(201, 'PUT', `/v2/${repository}/manifests/${manifest.digest}`, {
    headers: { 'Content-Type': manifest.mediaType },
    body: manifest.bytes,
  });
}
