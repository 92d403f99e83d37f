import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Storage } from '../ports/storage.js';
import { StoreCollector } from '../protocol/collect/store-collector.js';
import { BlobLinks } from './blob-links.js';
import { FileBlobStore } from './blob-store.js';
import { Durability } from './disk/durability.js';
import { FileStatistics } from './statistics.js';
import { StoredFiles } from './stored-files.js';
import { claimDirectory } from './format.js';
import { FileOutbox } from './events/outbox.js';
import { FreeSpace } from './disk/free-space.js';
import { FileLease } from './disk/lease.js';
import { FileGarbageStore } from './garbage-store.js';
import { Layout } from './layout.js';
import { FileLiveNotes } from './live-notes.js';
import { FileManifestStore } from './manifest-store.js';
import { ReadBuffers } from './disk/read-buffers.js';
import { ReadOnlyFile } from './read-only-file.js';
import { FileRepositoryCatalog } from './repository-catalog.js';
import { Seal } from './seal.js';
import { checkReadable, checkWritable } from './readiness.js';
import { FileSecretStore } from './secret-store.js';
import { TagFiles } from './tag-files.js';
import { TagRecords } from './tag-records.js';
import { FileTagStore } from './tag-store.js';
import { Trash } from './trash.js';
import { FileUploadStore } from './upload-store.js';
import { FileUsageStore } from './usage-store.js';
import { FileVerifier } from './verifier.js';

export interface FilesystemOptions {
  /** The directory of the store. It is created if it does not exist. */
  readonly path: string;
  /** Whether data are forced to the disk before they are acknowledged. If not, a power cut may lose or damage them. */
  readonly fsync?: boolean;
  /** A writer that has written nothing for this time loses the upload to the next one. In milliseconds. */
  readonly staleAfterMs?: number;
  /** An upload is refused if it would leave fewer bytes free on the disk. */
  readonly minFreeBytes?: number;
  /**
   * Access refreshes the last-used time of a blob or manifest that is older than this. Must be well below the grace period of the
   * collector. In milliseconds.
   */
  readonly touchAfterMs?: number;
}

/** A quarter of the grace period that the settings have by default. */
const TOUCH_AFTER_MS = 15 * 60_000;

/**
 * Opens a store on a local file system. Any number of processes may open the same store.
 *
 * @throws UnusableDirectory if the directory cannot be written, or is neither empty nor a store
 */
export function openFilesystemStorage(options: FilesystemOptions): Storage {
  const { path, fsync = true, staleAfterMs = 5_000, touchAfterMs = TOUCH_AFTER_MS } = options;
  const space = new FreeSpace(resolve(path), options.minFreeBytes ?? 0);
  const layout = new Layout(resolve(path));
  claimDirectory(layout);
  mkdirSync(layout.repositories, { recursive: true });
  const durability = new Durability(fsync, layout.root);
  const isPresent = (): boolean => existsSync(layout.format);
  const outbox = new FileOutbox({ root: layout.events, isPresent });
  const trash = new Trash(layout, durability);
  const files = new StoredFiles(layout, Seal.of(layout.format), trash, touchAfterMs);
  const links = new BlobLinks(layout, durability, files);
  const buffers = new ReadBuffers();
  const tagFiles = new TagFiles(layout, durability);
  const garbage = new FileGarbageStore({ layout, durability, trash, links, outbox });
  const uploads = new FileUploadStore({
    ...{ layout, durability, links, files, space, buffers, staleAfterMs },
  });
  const manifests = new FileManifestStore(
    { layout, durability, files, space, trash, tags: tagFiles, outbox, running: new Set() },
    garbage,
    buffers,
  );
  const records = new TagRecords();
  const catalog = new FileRepositoryCatalog(layout);
  const statistics = new FileStatistics({ layout, garbage, manifests, catalog, records });
  return {
    blobs: new FileBlobStore({ layout, durability, links, files, trash, buffers }),
    uploads,
    manifests,
    tags: new FileTagStore({ layout, durability, files, tagFiles, records, outbox }),
    catalog,
    secrets: new FileSecretStore(layout),
    statistics,
    usage: new FileUsageStore({ layout, durability, garbage, manifests }),
    outbox,
    readOnly: new ReadOnlyFile(layout.readOnly),
    live: new FileLiveNotes(layout.live, isPresent),
    collector: new StoreCollector({ garbage, manifests, uploads, listings: statistics }),
    verifier: new FileVerifier(layout, garbage),
    description: layout.root,
    ready: () => checkReadable(layout),
    writable: () => checkWritable(layout, durability, space),
    freeBytes: () => space.bytes(),
    lease: (name, terms) => FileLease.take(layout.lease(name), terms),
    close: async () => {
      outbox.close();
      await uploads.close();
    },
  };
}
