import { type DynamicModule, type Provider, type Type } from '@nestjs/common';

import { type MirroredPorts } from '../mirror/mirrored-ports.js';
import { FallbackReferrers } from '../oci/manifests/fallback-referrers.js';
import { BlobStore } from '../storage/ports/blob-store.js';
import { ManifestStore } from '../storage/ports/manifest-store.js';
import { RepositoryCatalog } from '../storage/ports/repository-catalog.js';
import { type Storage } from '../storage/ports/storage.js';
import { TagStore } from '../storage/ports/tag-store.js';

/**
 * Returns the function that lets a feature for clients read from the mirrors, too. Its own providers hide those of the storage, which
 * all other features keep: so nothing but a client's request asks another registry.
 *
 * @param ports of the mirrors; without them, features are returned as they are
 */
export function pullingThrough(
  ports: MirroredPorts | undefined,
  { manifests, tags }: Storage,
): (feature: Type | DynamicModule) => Type | DynamicModule {
  if (ports === undefined) return (feature) => feature;
  const mirrored: Provider[] = [
    { provide: BlobStore, useValue: ports.blobs },
    { provide: ManifestStore, useValue: ports.manifests },
    { provide: TagStore, useValue: ports.tags },
    { provide: RepositoryCatalog, useValue: ports.catalog },
    // The mirrors ask for the referrers under fallback tags themselves. These are the stored ones.
    { provide: FallbackReferrers, useValue: new FallbackReferrers(manifests, tags) },
  ];
  return (feature) => {
    const module = 'module' in feature ? feature : { module: feature };
    return { ...module, providers: [...(module.providers ?? []), ...mirrored] };
  };
}
