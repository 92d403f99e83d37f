import { LRUCache } from 'lru-cache';

import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { readAll } from '../../storage/protocol/read-all.js';
import { type Storage } from '../../storage/ports/storage.js';
import { readImageConfig, type ImageConfig } from './image-config.js';
import { summarize, type ManifestSummary } from './manifest-summary.js';

/** Manifests and configs with more bytes are not read. */
export const MAX_READ_BYTES = 4 * 1024 ** 2;

/** How many bytes of memory each cache takes, and how many an entry takes besides its content. Estimates. */
const CACHE_BYTES = 8 * 1024 ** 2;
const BYTES_PER_ENTRY = 1_000;

/** Why a config cannot be explained. */
export type ConfigProblem = 'missing' | 'too-large' | 'invalid';

/** A value, and the number of bytes that it was made from. */
interface Known<T extends object> {
  readonly value: T;
  readonly bytes: number;
}

function cacheOf<T extends object>(): LRUCache<string, Known<T>> {
  // The parsed form of a text takes about three times its size.
  const sizeCalculation = ({ bytes }: Known<T>) => BYTES_PER_ENTRY + 3 * bytes;
  return new LRUCache({ maxSize: CACHE_BYTES, sizeCalculation });
}

/**
 * What manifests and configs say, cached by digest because their bytes never change. A repository is asked each time whether it has
 * the content, because another repository's must not be shown.
 */
export class KnownContent {
  private readonly summaries = cacheOf<ManifestSummary>();
  private readonly configs = cacheOf<ImageConfig>();

  constructor(private readonly storage: Pick<Storage, 'manifests' | 'blobs'>) {}

  /**
   * Resolves to what a manifest says, or to `undefined` if the repository does not have it.
   *
   * @throws RegistryError `manifest-too-large` beyond 4 MiB
   */
  async manifest(repository: RepositoryName, digest: Digest): Promise<ManifestSummary | undefined> {
    const { manifests } = this.storage;
    const found = await manifests.stat(repository, digest);
    if (found === undefined) return undefined;
    if (found.size > MAX_READ_BYTES) throw tooLarge(digest, found.size);
    const known = this.summaries.get(digest.toString());
    if (known !== undefined) return known.value;
    const stored = await manifests.read(repository, digest);
    if (stored === undefined) return undefined;
    const value = summarize(stored.bytes);
    this.summaries.set(digest.toString(), { value, bytes: stored.bytes.byteLength });
    return value;
  }

  /** Resolves to what an image config says, or to the reason why that is unknown. */
  async config(repository: RepositoryName, digest: Digest): Promise<ImageConfig | ConfigProblem> {
    const size = await this.storage.blobs.stat(repository, digest);
    if (size === undefined) return 'missing';
    if (size > MAX_READ_BYTES) return 'too-large';
    const known = this.configs.get(digest.toString());
    if (known !== undefined) return known.value;
    const blob = await this.storage.blobs.open(repository, digest);
    if (blob === undefined) return 'missing';
    const bytes = await readAll(blob).finally(() => blob.close());
    const value = readImageConfig(bytes);
    if (value === undefined) return 'invalid';
    this.configs.set(digest.toString(), { value, bytes: bytes.byteLength });
    return value;
  }
}

function tooLarge(digest: Digest, size: number): RegistryError {
  return new RegistryError(
    'manifest-too-large',
    `the manifest has ${size} bytes, and at most ${MAX_READ_BYTES} are explained: pull it`,
    { digest, size },
  );
}
