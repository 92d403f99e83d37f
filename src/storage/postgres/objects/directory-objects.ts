import { createReadStream } from 'node:fs';
import {
  mkdir,
  open,
  opendir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { type ByteRange } from '../../../domain/byte-range.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { syncDirectory } from '../../../files/sync-directory.js';
import { type BlobLocation } from '../../ports/blob-store.js';
import { directoryFailure } from './directory-failures.js';
import { newObjectId, tryParseObjectId } from './object-id.js';
import {
  ObjectStore,
  PartsGone,
  type ListedObject,
  type ObjectId,
  type OpenParts,
  type ReadOptions,
  type StoredPart,
} from './object-store.js';
import { wholeRange } from './whole-range.js';

/** How much is copied at a time when parts become an object. In bytes. */
const COPY_BYTES = 1024 ** 2;

/**
 * Objects as files of a directory that all instances share: NFS, CephFS, or one disk.
 *
 * `objects/ab/UUID` is an object, `parts/UUID/NUMBER` a part, and `writing/` has files that are not complete. A file is written, forced
 * to the disk and then renamed, so that a name always stands for whole content. A process that ends leaves files in `writing/`, which
 * are listed and given up like parts.
 */
export class DirectoryObjects extends ObjectStore {
  override readonly minPartBytes = 1;
  override readonly description: string;
  private readonly root: string;
  /** Folders that survive a power cut. Each process makes sure of that: the one that created them may have ended before. */
  private readonly durable = new Set<string>();

  constructor(root: string) {
    super();
    this.description = root;
    this.root = resolve(root);
  }

  override async put(id: ObjectId, bytes: Uint8Array): Promise<void> {
    await this.placeObject(id, async (file) => {
      await file.writeFile(bytes);
    });
  }

  override async createParts(id: ObjectId): Promise<string> {
    return reported(async () => {
      await this.makeFolder(join(this.root, 'parts'));
      await mkdir(this.partsOf(id));
      await syncDirectory(join(this.root, 'parts'));
      return id;
    });
  }

  override async putPart(
    id: ObjectId,
    _parts: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<StoredPart> {
    const folder = this.partsOf(id);
    if ((await stat(folder).catch(ignoreNotFound)) === undefined) throw new PartsGone();
    await this.place(join(folder, String(number)), async (file) => {
      await file.writeFile(bytes);
    });
    return { number, etag: String(bytes.byteLength) };
  }

  override async completeParts(
    id: ObjectId,
    _parts: string,
    listed: readonly StoredPart[],
  ): Promise<void> {
    if ((await this.size(id)) !== undefined) return;
    await this.placeObject(id, async (file) => {
      for (const { number } of listed) await copyInto(file, join(this.partsOf(id), String(number)));
    });
    await this.abortParts(id);
  }

  override async abortParts(id: ObjectId): Promise<void> {
    await rm(this.partsOf(id), { recursive: true, force: true });
    await rm(this.writing(id), { force: true });
  }

  override async size(id: ObjectId): Promise<number | undefined> {
    return (await stat(this.file(id)).catch(ignoreNotFound))?.size;
  }

  /** Opens the file when the first chunk is requested: the error of a stream that nobody reads would end the process. */
  override async *read(
    id: ObjectId,
    { start, end }: ByteRange,
    { signal }: ReadOptions = {},
  ): AsyncIterable<Uint8Array> {
    const stream = createReadStream(this.file(id), { start, end, ...(signal && { signal }) });
    yield* wholeRange(stream as AsyncIterable<Uint8Array>, end - start + 1);
  }

  override locate(id: ObjectId): Promise<BlobLocation> {
    return Promise.resolve({ file: `objects/${id.slice(0, 2)}/${id}` });
  }

  override async delete(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    for (const id of ids) await rm(this.file(id), { force: true });
    return ids;
  }

  override async *list(): AsyncIterable<ListedObject> {
    for (const shelf of await namesIn(join(this.root, 'objects'))) {
      for (const name of await namesIn(join(this.root, 'objects', shelf))) {
        const id = tryParseObjectId(name);
        const found = id && (await this.statOf(id));
        if (found) yield found;
      }
    }
  }

  override async *openParts(): AsyncIterable<OpenParts> {
    for (const folder of ['parts', 'writing']) {
      for (const name of await namesIn(join(this.root, folder))) {
        const id = tryParseObjectId(name);
        const found = id && (await stat(join(this.root, folder, id)).catch(ignoreNotFound));
        if (found) yield { id, parts: id, at: found.mtimeMs };
      }
    }
  }

  override async owner(): Promise<string | undefined> {
    return readFile(join(this.root, 'database'), 'utf8').catch(ignoreNotFound);
  }

  override async claim(database: string): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await this.place(join(this.root, 'database'), async (file) => {
      await file.writeFile(database);
    });
  }

  override async ready(): Promise<void> {
    await this.makeFolder(join(this.root, 'objects'));
    await (await opendir(join(this.root, 'objects'))).close();
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  private async statOf(id: ObjectId): Promise<ListedObject | undefined> {
    const found = await stat(this.file(id)).catch(ignoreNotFound);
    return found && { id, size: found.size, at: found.mtimeMs };
  }

  private async placeObject(
    id: ObjectId,
    write: (file: FileHandle) => Promise<void>,
  ): Promise<void> {
    await reported(() => this.makeFolder(dirname(this.file(id))));
    await this.place(this.file(id), write);
  }

  /** Writes a file completely, forces it to the disk, and then gives it its name in a folder that exists. */
  private async place(target: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
    const writing = this.writing(newObjectId());
    await reported(async () => {
      await this.makeFolder(dirname(writing));
      try {
        await writeNew(writing, write);
        await rename(writing, target);
      } catch (error) {
        await rm(writing, { force: true }).catch(() => undefined);
        throw error;
      }
      await syncDirectory(dirname(target));
    });
  }

  /** Makes a folder, and its names down from the root durable. */
  private async makeFolder(folder: string): Promise<void> {
    if (this.durable.has(folder)) return;
    await mkdir(folder, { recursive: true });
    for (let at = folder; at !== this.root; at = dirname(at)) await syncDirectory(dirname(at));
    this.durable.add(folder);
  }

  private writing(id: ObjectId): string {
    return join(this.root, 'writing', id);
  }

  private file(id: ObjectId): string {
    return join(this.root, 'objects', id.slice(0, 2), id);
  }

  private partsOf(id: ObjectId): string {
    return join(this.root, 'parts', id);
  }
}

/** Writes a file that does not exist yet, and forces it to the disk. */
async function writeNew(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Runs work in the directory. Its failure is that of the storage, not of the file system. */
async function reported<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw directoryFailure(error);
  }
}

async function copyInto(target: FileHandle, path: string): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: COPY_BYTES })) {
    await target.writeFile(chunk as Buffer);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return ((await readdir(folder).catch(ignoreNotFound)) ?? []).sort();
}
