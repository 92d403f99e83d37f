import { createHash, randomBytes } from 'node:crypto';

import { type RegistryOnS3, type RunningOnS3 } from './scale-registries.ts';
import { markdownTable } from './table.ts';

const REPOSITORY = 'bench/requests';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const MIB = 2 ** 20;

/** Counts the S3 requests of a push and of a pull for each registry, and returns a table. */
export async function requestsTable(registries: readonly RegistryOnS3[]): Promise<string> {
  const columns: Counted[][] = [];
  for (const registry of registries) {
    const running = await registry.start();
    try {
      columns.push(await countsOf(running));
    } finally {
      await running.stop();
    }
  }
  const [first = []] = columns;
  const rows = first.map(({ what }, row) => [
    what,
    ...columns.map((column) => String(column[row]?.requests)),
  ]);
  return markdownTable(['S3 requests', ...registries.map(({ name }) => name)], rows);
}

interface Counted {
  readonly what: string;
  readonly requests: number;
}

async function countsOf(running: RunningOnS3): Promise<Counted[]> {
  const counted: Counted[] = [];
  const count = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const before = running.s3Requests();
    await work();
    counted.push({ what, requests: running.s3Requests() - before });
  };
  const [config, layer, large] = [randomBytes(1024), randomBytes(10 * 1024), randomBytes(64 * MIB)];
  const manifest = manifestOf(config, [layer, large]);
  const at = `${running.url}/v2/${REPOSITORY}`;
  await count('push of a blob of 1 KiB', () => push(at, config));
  await count('push of a blob of 10 KiB', () => push(at, layer));
  await count('push of a blob of 64 MiB, in one PATCH', () => push(at, large));
  await count('push of a blob of 64 MiB, in chunks of 10 MiB', () =>
    push(at, randomBytes(64 * MIB), 10 * MIB),
  );
  await count('PUT of the manifest by tag', () =>
    answer(`${at}/manifests/v1`, 201, {
      method: 'PUT',
      body: manifest,
      headers: { 'content-type': MANIFEST_TYPE },
    }),
  );
  await count('pull of the image: HEAD of the tag, GET of the manifest and of 3 blobs', () =>
    pull(at, manifest, [config, layer, large]),
  );
  return counted;
}

/** Pushes a blob by POST, PATCH and PUT. Without chunks, the PATCH has everything and is sent as docker sends it, without a length. */
async function push(at: string, content: Buffer, chunkBytes?: number): Promise<void> {
  const begun = await answer(`${at}/blobs/uploads/`, 202, { method: 'POST' });
  let location = locationOf(begun, at);
  const size = chunkBytes ?? content.length;
  for (let from = 0; from < content.length; from += size) {
    const piece = content.subarray(from, from + size);
    const range = { 'content-range': `${from}-${from + piece.length - 1}` };
    const patched = await answer(location, 202, {
      method: 'PATCH',
      body: chunkBytes === undefined ? new Blob([piece]).stream() : piece,
      duplex: 'half',
      headers: {
        'content-type': 'application/octet-stream',
        ...(chunkBytes === undefined ? {} : range),
      },
    });
    location = locationOf(patched, at);
  }
  const separator = location.includes('?') ? '&' : '?';
  const target = `${location}${separator}digest=${digestOf(content)}`;
  await answer(target, 201, { method: 'PUT' });
}

/** Pulls as a client does, but does not follow redirects: what a client gets from the store is the same for all registries. */
async function pull(at: string, manifest: string, blobs: readonly Buffer[]): Promise<void> {
  const headers = { accept: MANIFEST_TYPE };
  await answer(`${at}/manifests/v1`, 200, { method: 'HEAD', headers });
  await answer(`${at}/manifests/${digestOf(manifest)}`, 200, { headers });
  for (const blob of blobs) {
    await answer(`${at}/blobs/${digestOf(blob)}`, 307, { redirect: 'manual' });
  }
}

async function answer(
  url: string,
  status: number,
  init: RequestInit & { readonly duplex?: 'half' },
): Promise<Response> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status !== status) {
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`);
  }
  return response;
}

function locationOf(response: Response, at: string): string {
  return new URL(response.headers.get('location') ?? '', at).href;
}

function manifestOf(config: Buffer, layers: readonly Buffer[]): string {
  const described = (content: Buffer, mediaType: string) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: described(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => described(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
  });
}

function digestOf(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
