import { GarbageStore, type RepositoryGarbage, type RepositoryName } from 'berth-registry';

/** No collector gets a turn, so nothing is ever collected. */
export class NoGarbage extends GarbageStore {
  override async *repositories(): AsyncIterable<RepositoryName> {}

  override of(): RepositoryGarbage {
    throw new Error('nothing is collected from this storage');
  }

  override async lease(): Promise<undefined> {
    return undefined;
  }

  override async sweepUnclaimed(): Promise<number> {
    return 0;
  }
}
