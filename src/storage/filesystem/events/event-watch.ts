import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../../files/errors.js';
import { EventListeners } from '../../protocol/event-listeners.js';
import { writersIn } from './event-segments.js';

/** How often listeners look for events, because the system may lose notices of changes. In milliseconds. */
const POLL_EVERY_MS = 1_000;

/** How many writers are watched. Others are only polled. */
const MAX_WATCHED = 64;

/** A writer whose directory has not changed for this long is likely dead, and only polled. In milliseconds. */
const ALIVE_WITHIN_MS = 86_400_000;

/** Calls listeners when any process appends events. Watches files only while there are listeners. */
export class EventWatch {
  readonly listeners = new EventListeners();
  private readonly watched = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly root: string) {}

  /** Adds a listener. Returns a function that removes it. */
  add(listener: () => void): () => void {
    const remove = this.listeners.add(listener);
    if (this.timer === undefined) {
      this.timer = setInterval(() => this.poll(), POLL_EVERY_MS).unref();
      this.poll();
    }
    return () => {
      remove();
      if (this.listeners.size === 0) this.end();
    };
  }

  /** Ends the watching. Listeners are not called any more, unless one is added. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const watcher of this.watched.values()) watcher.close();
    this.watched.clear();
  }

  private poll(): void {
    this.listeners.call();
    // Without watchers the events are still found by the poll.
    void this.watchWriters().catch(() => undefined);
  }

  private async watchWriters(): Promise<void> {
    for (const name of ['', ...(await writersIn(this.root))]) {
      const path = join(this.root, name);
      if (this.watched.has(path) || this.watched.size >= MAX_WATCHED) continue;
      const found = await stat(path).catch(ignoreNotFound);
      if (found === undefined) continue;
      if (name !== '' && Date.now() - found.mtimeMs > ALIVE_WITHIN_MS) continue;
      this.watchOne(path);
    }
  }

  private watchOne(path: string): void {
    if (this.timer === undefined || this.watched.has(path)) return;
    const watcher = watch(path, { persistent: false }, () => {
      this.listeners.call();
      // A new writer's directory appears in the root.
      if (path === this.root) void this.watchWriters().catch(() => undefined);
    });
    const forget = (): void => {
      this.watched.delete(path);
      watcher.close();
    };
    watcher.on('error', forget);
    this.watched.set(path, watcher);
  }
}
