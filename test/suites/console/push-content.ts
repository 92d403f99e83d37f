import { type Content } from '../../../src/testing/content.js';
import {
  pushBlobOverHttp,
  pushManifestOverHttp,
  type Pusher,
} from '../../support/push-over-http.js';

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
  for (const { digest, bytes } of blobs) await pushBlobOverHttp(pusher, repository, digest, bytes);
  const { mediaType } = content.descriptor;
  await pushManifestOverHttp(pusher, repository, reference, content.bytes, mediaType);
}
