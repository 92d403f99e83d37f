import { RegistryError } from '../../domain/errors.js';
import { isNonDistributable } from '../../domain/media-type.js';
import { type Storage } from '../../storage/ports/storage.js';
import { Turns, yieldEvery } from '../../storage/protocol/yield-every.js';
import { MergedFiles } from '../layers/merged-files.js';
import { isLayerType, readLayer, type LayerEntry } from '../layers/read-layer.js';
import { type LayerSummary } from '../manifests/manifest-summary.js';
import { type ChosenImage } from './chosen-image.js';
import { factsOf, type FileFacts } from './file-facts.js';
import { fileChanges, type FileChange } from './file-changes.js';

export interface FileLimits {
  /** Of the layers that are read, as stored. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Files, links and directories that the layers of one image make. */
  readonly paths: number;
  /** Of all paths of the result together. */
  readonly pathCharacters: number;
}

const LIMITS: FileLimits = {
  packedBytes: 1024 ** 3,
  unpackedBytes: 4 * 1024 ** 3,
  paths: 1_000_000,
  pathCharacters: 256 * 1024 ** 2,
};

/** Directories of entries are created one by one, so that adding many entries lets other work run. */
const ENTRIES_A_BATCH = 1_000;

export interface CompareFilesOptions {
  /** Who asks: one comparison runs at a time for each caller. */
  readonly caller: string;
  readonly signal?: AbortSignal;
  /** Is called when bytes of a layer were read. */
  readonly onRead?: (read: ReadLayers) => void;
}

/** How much of the layers was read, as stored. */
export interface ReadLayers {
  readonly readBytes: number;
  readonly totalBytes: number;
}

type Image = MergedFiles<FileFacts>;

/** Compares the files of images. It reads their layers, so it takes seconds to minutes. */
export class FileComparisons {
  private readonly running = new Set<string>();

  constructor(
    private readonly storage: Pick<Storage, 'blobs'>,
    private readonly limits = LIMITS,
  ) {}

  /**
   * Yields the files that differ, in the byte order of their paths. Layers that both images begin with are read once.
   *
   * @throws RegistryError `too-many-requests` while another comparison of the caller runs
   * @throws RegistryError `request-malformed` for images beyond the limits, or whose layers cannot be read
   * @throws the reason of the signal once it is aborted
   */
  async *compare(
    a: ChosenImage,
    b: ChosenImage,
    { caller, signal, onRead }: CompareFilesOptions,
  ): AsyncGenerator<FileChange> {
    if (this.running.has(caller)) throw isRunning();
    this.running.add(caller);
    try {
      const reading = new LayerReading(this.storage, this.limits, signal, onRead);
      const [one, other] = await reading.both(a, b);
      let characters = 0;
      const turns = new Turns();
      for (const change of fileChanges(one.root, other.root)) {
        signal?.throwIfAborted();
        characters += change.path.length;
        if (characters > this.limits.pathCharacters) throw tooMuch('the paths are too long');
        await turns.afterItems(20);
        yield change;
      }
    } finally {
      this.running.delete(caller);
    }
  }
}

/** Reads the layers of two images within one set of limits. */
class LayerReading {
  private unpacked = 0;
  private readBytes = 0;
  private totalBytes = 0;

  constructor(
    private readonly storage: Pick<Storage, 'blobs'>,
    private readonly limits: FileLimits,
    private readonly signal: AbortSignal | undefined,
    private readonly onRead: CompareFilesOptions['onRead'],
  ) {}

  async both(a: ChosenImage, b: ChosenImage): Promise<readonly [Image, Image]> {
    const [ofA, ofB] = [a.summary.layers, b.summary.layers];
    const shared = commonLayers(ofA, ofB);
    this.requirePacked([...ofA, ...ofB.slice(shared)]);
    const base = new MergedFiles<FileFacts>(this.limits.paths);
    await this.layOver(base, a, ofA.slice(0, shared));
    const other = base.copy();
    await this.layOver(base, a, ofA.slice(shared));
    await this.layOver(other, b, ofB.slice(shared));
    return [base, other];
  }

  private requirePacked(layers: readonly LayerSummary[]): void {
    const bytes = layers.reduce((sum, { size }) => sum + size, 0);
    this.totalBytes = bytes;
    if (bytes <= this.limits.packedBytes) return;
    throw tooMuch(
      `the layers have ${bytes} bytes, and at most ${this.limits.packedBytes} are read`,
    );
  }

  private async layOver(
    files: Image,
    { repository }: ChosenImage,
    layers: readonly LayerSummary[],
  ): Promise<void> {
    for (const layer of layers) {
      const { digest, mediaType } = layer;
      if (layer.isForeign || isNonDistributable(mediaType) || !isLayerType(mediaType)) {
        throw tooMuch(`${digest} is ${mediaType}, which is not a layer of files in this registry`);
      }
      const blob = await this.storage.blobs.open(repository, digest);
      if (blob === undefined) {
        const detail = { name: repository, digest };
        throw new RegistryError('blob-unknown', `the layer ${digest} is missing`, detail);
      }
      try {
        const whole = { start: 0, end: blob.size - 1 };
        const chunks = blob.size === 0 ? nothing() : blob.read(whole);
        await this.layOverOne(files, layer, this.copied(chunks));
      } finally {
        await blob.close();
      }
    }
  }

  private async layOverOne(
    files: Image,
    { digest, mediaType }: LayerSummary,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const entries: LayerEntry<FileFacts>[] = [];
    const { unpackedBytes, paths } = this.limits;
    const excess = tooMuch(`the layers unpack to more than ${unpackedBytes} bytes`);
    const most = unpackedBytes - this.unpacked;
    const read = { readerOf: factsOf, ...(this.signal && { signal: this.signal }) };
    const source = { digest: digest.toString(), mediaType, bytes, most, ...read };
    const size = await readLayer({ ...source, tooLarge: () => excess }, (entry) => {
      if (entries.length >= paths) throw new Error(`it has more than ${paths} files`);
      entries.push(entry);
    }).catch((error: unknown) => {
      this.signal?.throwIfAborted();
      if (error === excess) throw excess;
      throw unreadable(error);
    });
    this.unpacked += size;
    await this.add(files, entries, digest.toString());
  }

  /** Whiteouts of a layer hide what is in lower ones, so all of them come before its files. */
  private async add(
    files: Image,
    entries: readonly LayerEntry<FileFacts>[],
    digest: string,
  ): Promise<void> {
    try {
      for await (const { path } of yieldEvery(entries)) files.hide(path);
      for (let at = 0; at < entries.length; at += ENTRIES_A_BATCH) {
        this.signal?.throwIfAborted();
        for await (const entry of yieldEvery(entries.slice(at, at + ENTRIES_A_BATCH))) {
          files.put(entry);
        }
      }
    } catch (cause) {
      this.signal?.throwIfAborted();
      throw unreadable(new Error(`${digest}: ${(cause as Error).message}`, { cause }));
    }
  }

  /** The store uses the memory of a chunk again, and decompression reads ahead. */
  private async *copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const turns = new Turns();
    for await (const chunk of chunks) {
      this.signal?.throwIfAborted();
      await turns.afterBytes(chunk.byteLength);
      this.readBytes += chunk.byteLength;
      this.onRead?.({ readBytes: this.readBytes, totalBytes: this.totalBytes });
      yield Buffer.from(chunk);
    }
  }
}

async function* nothing(): AsyncGenerator<never> {}

/** Returns with how many equal layers both images begin. */
function commonLayers(a: readonly LayerSummary[], b: readonly LayerSummary[]): number {
  const differs = a.findIndex((layer, at) => b[at]?.digest.equals(layer.digest) !== true);
  return differs < 0 ? a.length : differs;
}

function tooMuch(message: string): RegistryError {
  return new RegistryError('request-malformed', `${message}: compare their layers instead`);
}

function unreadable(cause: unknown): RegistryError {
  const { message } = cause as Error;
  return new RegistryError('request-malformed', message, undefined, { cause });
}

function isRunning(): RegistryError {
  return new RegistryError(
    'too-many-requests',
    'another comparison of files that you have asked for is running: wait for its end, or end it',
  );
}
