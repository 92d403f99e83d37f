import { Global, Module, type DynamicModule } from '@nestjs/common';

import { BlobStore } from './ports/blob-store.js';
import { ManifestStore } from './ports/manifest-store.js';
import { RepositoryCatalog } from './ports/repository-catalog.js';
import { Storage } from './ports/storage.js';
import { TagStore } from './ports/tag-store.js';
import { UploadStore } from './ports/upload-store.js';
import { UsageStore } from './ports/usage-store.js';

/** Provides the ports of one storage to every feature, and hides the adapter. `Storage` has all ports. */
@Global()
@Module({})
export class StorageModule {
  static over(storage: Storage): DynamicModule {
    return {
      module: StorageModule,
      providers: [
        { provide: Storage, useValue: storage },
        { provide: BlobStore, useValue: storage.blobs },
        { provide: UploadStore, useValue: storage.uploads },
        { provide: ManifestStore, useValue: storage.manifests },
        { provide: TagStore, useValue: storage.tags },
        { provide: RepositoryCatalog, useValue: storage.catalog },
        { provide: UsageStore, useValue: storage.usage },
      ],
      exports: [
        Storage,
        BlobStore,
        UploadStore,
        ManifestStore,
        TagStore,
        RepositoryCatalog,
        UsageStore,
      ],
    };
  }
}
