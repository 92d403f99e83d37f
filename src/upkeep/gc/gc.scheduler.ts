import { setTimeout as delay } from 'node:timers/promises';

import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { type GcSettings } from '../../config/sections/gc.settings.js';
import { section } from '../../config/config.module.js';
import { Log, type PartLog } from '../../log/log.js';
import { Storage } from '../../storage/ports/storage.js';
import { Collection } from './collection.js';
import { collectionOptions } from './collection-options.js';
import { withCollectorLease, type Turn } from './collector-lease.js';

/** A crash in just the wrong moment is rare, and looking at every blob is not cheap: each pass looks at a part of them. */
const SWEEP_PASSES = 16;

/** How long the end of the application waits for a pass that is under way. */
const END_WITHIN_MS = 500;

/** How long after its start a registry collects for the first time. */
const FIRST_AFTER_MS = 60_000;

/** Collects garbage every `REGISTRY_GC_INTERVAL`, for as long as the application runs. */
@Injectable()
export class GcScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: PartLog;
  private readonly collection: Collection;
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> = Promise.resolve();
  private ending = false;

  constructor(
    private readonly storage: Storage,
    @Inject(section('gc')) private readonly settings: GcSettings,
    log: Log,
  ) {
    this.log = log.of('Garbage');
    this.collection = new Collection(storage, collectionOptions(settings, SWEEP_PASSES));
  }

  onApplicationBootstrap(): void {
    const { intervalMs: gcIntervalMs } = this.settings;
    // Not a whole interval later: a registry that is restarted often would never collect.
    this.schedule(Math.min(gcIntervalMs, FIRST_AFTER_MS));
  }

  /** A pass under way may be cut off anywhere: what it has moved aside is put back or finished by a later one. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    clearTimeout(this.timer);
    await Promise.race([this.pass, delay(END_WITHIN_MS, undefined, { ref: false })]);
  }

  private schedule(afterMs: number): void {
    const { intervalMs: gcIntervalMs } = this.settings;
    if (gcIntervalMs === 0 || this.ending) return;
    this.timer = setTimeout(() => {
      this.pass = this.collect(gcIntervalMs).finally(() => this.schedule(gcIntervalMs));
    }, afterMs);
    this.timer.unref();
  }

  private async collect(intervalMs: number): Promise<void> {
    try {
      // Of several processes on one storage one collects; the others would do the same work once more.
      await withCollectorLease(this.storage.garbage, intervalMs / 2, (turn) => this.runPass(turn));
    } catch (error) {
      // The next pass tries again; the registry serves on.
      this.log.error('a collection failed', error instanceof Error ? error.stack : error);
    }
  }

  private async runPass(turn: Turn): Promise<void> {
    let things = 0;
    let freed = 0;
    for await (const gone of this.collection.run(turn)) {
      things++;
      freed += gone.freed;
      if (this.ending) break;
    }
    if (things > 0) this.log.log(`collected ${things} things, ${freed} bytes freed`);
  }
}
