import { type RemoteBlob } from '../../../src/client/registry-client.js';
import { type ClientOptions, type Upstream } from '../../../src/client/upstream.js';
import { BodyMemory } from '../../../src/domain/body-memory.js';
import { Digest } from '../../../src/domain/digest.js';

/** Returns how a registry of a test is reached. Its address is one of this machine, so `addresses` is `private`. */
export function upstreamAt(url: string, more: Partial<Upstream> = {}): Upstream {
  return { name: 'upstream.test', url: new URL(url), addresses: 'private', ...more };
}

export function clientOptions(more: Partial<ClientOptions> = {}): ClientOptions {
  return {
    userAgent: 'berth/test',
    maxManifestBytes: 4 * 1024 * 1024,
    maxManifestEntries: 10_000,
    memory: new BodyMemory(128 * 1024 * 1024),
    ...more,
  };
}

/** Reads a blob to its end, and resolves to the digest of what was sent. */
export async function digestOf(blob: RemoteBlob | undefined): Promise<Digest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob?.body ?? []) chunks.push(chunk);
  return Digest.of(Buffer.concat(chunks));
}
