import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { pushImageOverHttp, type Pusher } from '../../support/push-over-http.js';

/** Pushes an image like a client that is not a browser. Resolves to the digests of its manifest and its layer. */
export async function pushImage(
  url: string,
  repository: string,
  tag: string,
  headers: NonNullable<Pusher['headers']> = {},
): Promise<{ readonly digest: string; readonly layer: string }> {
  const layer = uniqueBytes(300);
  const image = buildImage([layer]);
  await pushImageOverHttp({ url, headers }, repository, tag, image);
  return { digest: `${image.digest}`, layer: `${Digest.of(layer)}` };
}
