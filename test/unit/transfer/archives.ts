import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { create } from 'tar';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  buildIndex,
  uniqueBytes,
  type BuiltImage,
  type BuiltManifest,
  type DescriptorJson,
} from '../../../src/storage/contract/fixtures.js';

type Files = Readonly<Record<string, Buffer | string>>;

/** Writes files, by their paths below `directory`. */
export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** Puts everything in `directory` into a tar file. */
export async function tarOf(directory: string, file: string, gzip = false): Promise<void> {
  await create({ cwd: directory, file, gzip }, ['.']);
}

export type Named = DescriptorJson & { readonly annotations?: Readonly<Record<string, string>> };

/** Writes an OCI layout with these entries in its index.json and these blobs. */
export async function writeLayout(
  directory: string,
  entries: readonly Named[],
  blobs: readonly Buffer[],
): Promise<void> {
  const files = blobs.map((bytes) => [`blobs/sha256/${Digest.of(bytes).hex}`, bytes] as const);
  await writeFiles(directory, {
    'oci-layout': JSON.stringify({ imageLayoutVersion: '1.0.0' }),
    'index.json': JSON.stringify({ schemaVersion: 2, manifests: entries }),
    ...Object.fromEntries(files),
  });
}

/** Returns all blobs of an image, including its manifest, as in a layout. */
export function blobsOf(image: BuiltImage): Buffer[] {
  return [image.bytes, image.config, ...image.layers];
}

/** Returns an index of two images and of a third one that was not saved with it. */
export function multiPlatform(): { index: BuiltManifest; images: readonly BuiltImage[] } {
  const images = [buildImage(), buildImage()];
  const index = buildIndex([...images, buildImage()].map(({ descriptor }) => descriptor));
  return { index, images };
}

/** Writes a `docker save` archive in the format before layouts: two images share a layer, which is a link in the second. */
export async function writeDockerArchive(
  directory: string,
): Promise<{ layers: readonly Buffer[] }> {
  const layers = [uniqueBytes(400), gzipSync(uniqueBytes(400))] as const;
  const config = (name: string) => JSON.stringify({ architecture: 'amd64', name, rootfs: {} });
  await writeFiles(directory, {
    'aaa/layer.tar': layers[0],
    'bbb/layer.tar': layers[1],
    'ccc/VERSION': '1.0',
    'one.json': config('one'),
    'two.json': config('two'),
    'manifest.json': JSON.stringify([
      { Config: 'one.json', RepoTags: ['localhost:5000/team/one:1.0'], Layers: ['aaa/layer.tar'] },
      {
        Config: 'two.json',
        RepoTags: ['two:2.0', 'two:latest'],
        Layers: ['ccc/layer.tar', 'bbb/layer.tar'],
      },
    ]),
  });
  await symlink('../aaa/layer.tar', join(directory, 'ccc/layer.tar'));
  return { layers };
}
