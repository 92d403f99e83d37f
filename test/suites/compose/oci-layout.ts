import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_TYPES } from './stack.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Writes an image of a registry as an OCI layout, under its tag alone, as skopeo does. */
export async function writeLayout(
  folder: string,
  repositoryUrl: string,
  tag: string,
): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const manifest = await fetchManifest(`${repositoryUrl}/manifests/${tag}`);
  const { config, layers } = JSON.parse(manifest.bytes.toString()) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  for (const { digest } of [config, ...layers]) {
    const response = await fetch(`${repositoryUrl}/blobs/${digest}`);
    await writeBlob(folder, digest, Buffer.from(await response.arrayBuffer()));
  }
  const { digest, mediaType } = manifest;
  await writeBlob(folder, digest, manifest.bytes);
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const entry = { mediaType, digest, size: manifest.bytes.byteLength, annotations };
  await writeJson(join(folder, 'index.json'), { schemaVersion: 2, manifests: [entry] });
  await writeJson(join(folder, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
}

async function fetchManifest(
  url: string,
): Promise<{ bytes: Buffer; mediaType: string; digest: string }> {
  const response = await fetch(url, { headers: { accept: MANIFEST_TYPES.join(', ') } });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
  return {
    bytes: Buffer.from(await response.arrayBuffer()),
    mediaType: response.headers.get('content-type') ?? '',
    digest: response.headers.get('docker-content-digest') ?? '',
  };
}

function writeBlob(folder: string, digest: string, bytes: Buffer): Promise<void> {
  return writeFile(join(folder, 'blobs', digest.replace(':', '/')), bytes);
}

function writeJson(file: string, value: object): Promise<void> {
  return writeFile(file, JSON.stringify(value));
}
