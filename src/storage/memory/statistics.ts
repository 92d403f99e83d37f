import { type StorageSnapshot } from '../ports/statistics.js';
import { GarbageStatistics } from '../protocol/collect/garbage-statistics.js';

/** Keeps the snapshot in memory. */
export class MemoryStatistics extends GarbageStatistics {
  private saved: StorageSnapshot | undefined;

  override snapshot(): Promise<StorageSnapshot | undefined> {
    return Promise.resolve(this.saved);
  }

  override save(snapshot: StorageSnapshot): Promise<void> {
    this.saved = snapshot;
    return Promise.resolve();
  }
}
