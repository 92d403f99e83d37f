import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';

import { ManifestExplainer } from '../inspect/manifests/explain-manifest.js';
import { RepositoryIndex } from '../inspect/repositories/repository-index.js';
import { Log } from '../log/log.js';
import { Storage } from '../storage/ports/storage.js';

/** Provides what the parts of the API know of the content, with one cache for all of them. */
@Global()
@Module({
  providers: [
    {
      provide: ManifestExplainer,
      inject: [Storage],
      useFactory: (storage: Storage) => new ManifestExplainer(storage),
    },
    {
      provide: RepositoryIndex,
      inject: [Storage, Log],
      useFactory: (storage: Storage, log: Log) => {
        const own = log.of('Api');
        const onError = (error: unknown): void =>
          own.warn(`the figures of a repository were not counted: ${String(error)}`);
        return new RepositoryIndex(storage, { onError });
      },
    },
  ],
  exports: [ManifestExplainer, RepositoryIndex],
})
export class InspectionModule implements OnApplicationShutdown {
  constructor(private readonly index: RepositoryIndex) {}

  async onApplicationShutdown(): Promise<void> {
    await this.index.close();
  }
}
