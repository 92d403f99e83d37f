import { type Manifest } from '../../../domain/manifest.js';
import { keyOf, type DigestKey } from './digest-slots.js';

/** The keys of the digests that a manifest names, which take little memory. */
export interface NamedKeys {
  /** Of its config and its layers. */
  readonly blobs: readonly DigestKey[];
  /** Of the entries of an index. Each is a manifest or a blob. */
  readonly entries: readonly DigestKey[];
  readonly subject?: DigestKey;
}

/** A manifest by the key of its digest, with the keys of what it names. */
export interface KeyedManifest {
  readonly key: DigestKey;
  readonly names: NamedKeys;
}

const NO_KEYS: NamedKeys = { blobs: [], entries: [] };

/** Returns the keys of a manifest. One that a crash left incomplete cannot be parsed, and names nothing. */
export function namedKeys(manifest: Manifest | undefined): NamedKeys {
  if (manifest === undefined) return NO_KEYS;
  const { config, layers, manifests, subject } = manifest;
  const blobs = config === undefined ? layers : [config, ...layers];
  return {
    blobs: blobs.map(({ digest }) => keyOf(digest)),
    entries: manifests.map(({ digest }) => keyOf(digest)),
    ...(subject && { subject: keyOf(subject.digest) }),
  };
}
