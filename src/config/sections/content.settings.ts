import { flag, oneOf, size, wholeNumber } from '../kinds.js';
import { Setting } from '../setting.js';

export type BlobDelivery = 'stream' | 'x-accel' | 'redirect';

/** What may be pushed, how much at once, and how it is served. */
export class ContentSettings {
  @Setting(
    'REGISTRY_READ_ONLY',
    'false',
    flag,
    'Whether pushes and deletes are refused. "berth read-only on" does the same for a running registry.',
  )
  readonly readOnly!: boolean;

  @Setting(
    'REGISTRY_SPARSE_MANIFESTS',
    'none',
    oneOf('none', 'indexes', 'all'),
    'Whether a manifest may name content that the repository does not have: none, indexes (their entries), or all.',
  )
  readonly sparseManifests!: 'none' | 'indexes' | 'all';

  @Setting(
    'REGISTRY_MAX_MANIFEST_BYTES',
    '4MiB',
    size(1024),
    'The largest manifest that is accepted; a larger one gets 413.',
  )
  readonly maxManifestBytes!: number;

  @Setting(
    'REGISTRY_MAX_MANIFEST_ENTRIES',
    '10000',
    wholeNumber(1, 1_000_000),
    'The most layers, or entries of an index, in one manifest; a manifest with more gets 400.',
  )
  readonly maxManifestEntries!: number;

  @Setting(
    'REGISTRY_MAX_MANIFEST_MEMORY',
    '128MiB',
    size(0),
    'The memory for all large manifests in transfer at once; a push beyond it gets 429.',
  )
  readonly maxManifestMemory!: number;

  @Setting(
    'REGISTRY_MAX_UPLOAD_BYTES',
    '0',
    size(0),
    'The largest blob that is accepted; a larger one gets 413. 0: no limit but the disk.',
  )
  readonly maxUploadBytes!: number;

  @Setting(
    'REGISTRY_MAX_UPLOADS',
    '500',
    wholeNumber(1, 100_000),
    'How many uploads one process serves at once; one more gets 429.',
  )
  readonly maxUploads!: number;

  @Setting(
    'REGISTRY_BLOB_DELIVERY',
    'stream',
    oneOf<BlobDelivery>('stream', 'x-accel', 'redirect'),
    'Who sends the bytes of blobs: stream (the registry), x-accel (an nginx in front, as in examples/nginx), or redirect (the bucket).',
  )
  readonly blobDelivery!: BlobDelivery;

  @Setting(
    'REGISTRY_MAX_LIST_ENTRIES',
    '10000',
    wholeNumber(1, 1_000_000),
    'The most tags or referrers in one response; a Link header leads to the rest.',
  )
  readonly maxListEntries!: number;
}
