import { LRUCache } from 'lru-cache';

/** How many pushes in progress are remembered. The one without uploads for longest is forgotten first. */
const MAX_PUSHES = 1_000;

/** A push whose last upload is older than this has ended without a tag. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** What one client uploaded to one repository. */
export interface RecentUpload {
  /** When the first upload began, by `performance.now()`. */
  readonly begunAt: number;
  readonly bytes: number;
}

/** The uploads of the pushes in progress, by client and repository. A push also uploads to other processes, which this one does not see. */
export class RecentUploads {
  private readonly pushes = new LRUCache<string, RecentUpload>({
    max: MAX_PUSHES,
    ttl: FORGOTTEN_AFTER_MS,
  });

  /** Adds the bytes of an upload that took `milliseconds` and has just ended. */
  add(client: string, bytes: number, milliseconds: number): void {
    const known = this.pushes.get(client);
    const begunAt = known?.begunAt ?? performance.now() - milliseconds;
    this.pushes.set(client, { begunAt, bytes: bytes + (known?.bytes ?? 0) });
  }

  /** Returns the uploads of a push whose manifest arrived. The manifest with the tag comes last, and ends the push. */
  of(client: string, isLast: boolean): RecentUpload | undefined {
    const found = this.pushes.get(client);
    if (isLast) this.pushes.delete(client);
    return found;
  }
}
