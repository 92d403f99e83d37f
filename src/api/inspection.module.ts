import {
  Global,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { ManifestExplainer } from '../inspect/manifests/explain-manifest.js';
import { RepositoryIndex } from '../inspect/repositories/repository-index.js';
import { Log } from '../log/log.js';
import { Storage } from '../storage/ports/storage.js';
import { IndexFeed } from './index-feed.js';

/** The index, and what tells it of changes. */
class FedIndex {
  readonly index: RepositoryIndex;
  readonly feed: IndexFeed;

  constructor(storage: Storage, log: Log) {
    const own = log.of('Api');
    const warn = (what: string, error: unknown): void => own.warn(`${what}: ${String(error)}`);
    this.index = new RepositoryIndex(storage, {
      onError: (error) => warn('the figures of a repository were not counted', error),
      onAsked: () => this.feed.wake(),
    });
    this.feed = new IndexFeed({
      outbox: storage.outbox,
      isWanted: () => this.index.isWanted,
      changed: (repository) => this.index.changed(repository),
      onError: (error) => warn('changes of repositories were not read', error),
    });
  }
}

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
      provide: FedIndex,
      inject: [Storage, Log],
      useFactory: (storage: Storage, log: Log) => new FedIndex(storage, log),
    },
    {
      provide: RepositoryIndex,
      inject: [FedIndex],
      useFactory: ({ index }: FedIndex) => index,
    },
  ],
  exports: [ManifestExplainer, RepositoryIndex],
})
export class InspectionModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(private readonly fed: FedIndex) {}

  onApplicationBootstrap(): void {
    this.fed.feed.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.fed.feed.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.fed.index.close();
  }
}
