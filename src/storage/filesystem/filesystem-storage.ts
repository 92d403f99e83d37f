import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Storage } from '../ports/storage.js';
import { BlobLinks } from './blob-links.js';
import { FileBlobStore } from './blob-store.js';
import { Durability } from './durability.js';
import { claimDirectory } from './format.js';
import { Layout } from './layout.js';
import { FileManifestStore } from './manifest-store.js';
import { FileRepositoryCatalog } from './repository-catalog.js';
import { FileTagStore } from './tag-store.js';
import { FileUploadStore } from './upload-store.js';

export interface FilesystemOptions {
  /** The directory that holds the store; it is made when it is not there. */
  readonly path: string;
  /** Whether what is acknowledged is forced to the disk before. Off, a power cut may lose or damage it. */
  readonly fsync?: boolean;
  /** A writer of an upload that has written nothing for so long (milliseconds) gives way to another. */
  readonly staleAfterMs?: number;
}

/**
 * Opens a store on a local file system. Any number of processes may have the same one open.
 *
 * @throws UnusableDirectory when the directory cannot be written, or holds something else
 */
export function openFilesystemStorage(options: FilesystemOptions): Storage {
  const { path, fsync = true, staleAfterMs = 5_000 } = options;
  const layout = new Layout(resolve(path));
  claimDirectory(layout);
  mkdirSync(layout.repositories, { recursive: true });
  const durability = new Durability(fsync, layout.root);
  const links = new BlobLinks(layout, durability);
  const uploads = new FileUploadStore(layout, durability, links, staleAfterMs);
  return {
    blobs: new FileBlobStore(layout, durability, links),
    uploads,
    manifests: new FileManifestStore(layout, durability),
    tags: new FileTagStore(layout, durability),
    catalog: new FileRepositoryCatalog(layout),
    description: layout.root,
    close: () => uploads.close(),
  };
}
