import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { digestOfFile } from './files.js';
import type { Descriptor } from './registry-api.js';

const MEDIA = 'application/vnd.oci.image';

export interface ImageContent {
  /** The folders; each becomes a layer. */
  readonly layers: readonly string[];
  readonly architecture?: string;
  readonly compressed?: boolean;
}

/** An OCI image layout on disk, written here so that every digest is known before a client handles it. */
export class OciLayout {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(folder: string): Promise<OciLayout> {
    await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
    await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    return new OciLayout(folder);
  }

  async addImage(content: ImageContent): Promise<Descriptor> {
    const { layers, architecture = 'amd64', compressed = true } = content;
    const added: { layer: Descriptor; diffId: string }[] = [];
    for (const folder of layers) added.push(await this.#addLayer(folder, compressed));
    const platform = { os: 'linux', architecture };
    const config = await this.#addJson(`${MEDIA}.config.v1+json`, {
      ...platform,
      config: {},
      rootfs: { type: 'layers', diff_ids: added.map(({ diffId }) => diffId) },
    });
    const mediaType = `${MEDIA}.manifest.v1+json`;
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config,
      layers: added.map(({ layer }) => layer),
    };
    return { ...(await this.#addJson(mediaType, manifest)), platform };
  }

  async addIndex(manifests: readonly Descriptor[]): Promise<Descriptor> {
    const mediaType = `${MEDIA}.index.v1+json`;
    return this.#addJson(mediaType, { schemaVersion: 2, mediaType, manifests });
  }

  /** Makes one manifest or index the only entry of the layout, with a name. */
  async tag(name: string, target: Descriptor): Promise<void> {
    const annotations = { 'org.opencontainers.image.ref.name': name };
    const index = { schemaVersion: 2, manifests: [{ ...target, annotations }] };
    await writeFile(join(this.folder, 'index.json'), JSON.stringify(index));
  }

  async #addLayer(
    folder: string,
    compressed: boolean,
  ): Promise<{ layer: Descriptor; diffId: string }> {
    const tar = join(this.folder, 'layer.tar');
    const sameBytesEachTime = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0'];
    await promisify(execFile)('tar', [...sameBytesEachTime, '-cf', tar, '-C', folder, '.']);
    const diffId = await digestOfFile(tar);
    const mediaType = `${MEDIA}.layer.v1.tar`;
    if (!compressed) return { layer: await this.#adopt(tar, mediaType), diffId };
    const gzipped = `${tar}.gz`;
    await pipeline(createReadStream(tar), createGzip({ level: 1 }), createWriteStream(gzipped));
    await rm(tar);
    return { layer: await this.#adopt(gzipped, `${mediaType}+gzip`), diffId };
  }

  /** Moves a file into the blobs of the layout. */
  async #adopt(file: string, mediaType: string): Promise<Descriptor> {
    const [digest, { size }] = await Promise.all([digestOfFile(file), stat(file)]);
    await rename(file, this.#blobPath(digest));
    return { mediaType, digest, size };
  }

  async #addJson(mediaType: string, value: object): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await writeFile(this.#blobPath(digest), bytes);
    return { mediaType, digest, size: bytes.byteLength };
  }

  #blobPath(digest: string): string {
    return join(this.folder, 'blobs', digest.replace(':', '/'));
  }
}
