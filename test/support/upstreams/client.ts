import { type ClientOptions, type Upstream } from '../../../src/client/upstream.js';

/** Returns how a registry of a test is reached. Its address is one of this machine, so `addresses` is `private`. */
export function upstreamAt(url: string, more: Partial<Upstream> = {}): Upstream {
  return { name: 'upstream.test', url: new URL(url), addresses: 'private', ...more };
}

export function clientOptions(more: Partial<ClientOptions> = {}): ClientOptions {
  return { userAgent: 'berth/test', maxManifestBytes: 4 * 1024 * 1024, ...more };
}

/** Reads a body to its end. */
export async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
