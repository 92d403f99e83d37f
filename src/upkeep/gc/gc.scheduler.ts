import { setTimeout as delay } from 'node:timers/promises';

import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { type CollectionObserver, type CollectionReport } from '../../domain/collection-report.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { section } from '../../config/config.module.js';
import { Log, type PartLog } from '../../log/log.js';
import { Storage } from '../../storage/ports/storage.js';
import { type CollectionRules, type Collector } from '../../storage/ports/collector.js';
import { type Lease } from '../../storage/ports/lease.js';
import { collectionRules } from './collection-rules.js';
import { RunningPass } from './running-pass.js';
import { saveSnapshot } from './save-snapshot.js';
import { withCollectorLease } from './with-lease.js';

/** The token of those that see each pass. */
export const GC_OBSERVERS = Symbol('observers of collections');

/** A pass that ended. `endedAt` is in milliseconds since the epoch. */
export type PassReport = CollectionReport & { readonly endedAt: number };

/** The passes of one process. `nextAt` is in milliseconds since the epoch. */
export interface SchedulerStatus {
  readonly running: boolean;
  readonly nextAt: number | undefined;
  readonly last: PassReport | undefined;
}

/** How long the shutdown of the application waits for a running pass. */
const END_WITHIN_MS = 500;

/** How long after its start a registry collects for the first time, at most. */
const FIRST_AFTER_MS = 60_000;

/** Collects garbage every `REGISTRY_GC_INTERVAL` while the application runs. */
@Injectable()
export class GcScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: PartLog;
  private readonly rules: CollectionRules;
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> = Promise.resolve();
  private ending = false;
  private running = 0;
  private nextAt: number | undefined;
  private last: PassReport | undefined;

  constructor(
    private readonly storage: Storage,
    @Inject(section('gc')) private readonly settings: GcSettings,
    log: Log,
    @Inject(GC_OBSERVERS) private readonly observers: readonly CollectionObserver[],
  ) {
    this.log = log.of('Garbage');
    this.rules = collectionRules(settings);
  }

  onApplicationBootstrap(): void {
    // A registry that is restarted within each interval would otherwise never collect.
    this.schedule(Math.min(this.settings.intervalMs, FIRST_AFTER_MS));
  }

  /** Stops a running pass wherever it is. A later pass restores or deletes what this one has moved aside. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    clearTimeout(this.timer);
    await Promise.race([this.pass, delay(END_WITHIN_MS, undefined, { ref: false })]);
  }

  /** Returns what this process knows of its passes. */
  get status(): SchedulerStatus {
    return { running: this.running > 0, nextAt: this.nextAt, last: this.last };
  }

  /**
   * Starts a pass now and resolves to false if another one runs, in this process or in another one of the storage.
   *
   * The pass goes on after this has resolved.
   */
  runNow(collector: Collector): Promise<boolean> {
    if (this.running > 0) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.pass = this.pass
        .then(() =>
          withCollectorLease(this.storage, 0, (lease) => {
            resolve(true);
            return this.takeTurn(collector, lease);
          }),
        )
        .then((free) => resolve(free))
        .catch((error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
          this.logFailure(error);
        });
    });
  }

  private schedule(afterMs: number): void {
    const { intervalMs } = this.settings;
    const { collector } = this.storage;
    if (intervalMs === 0 || this.ending || collector === undefined) return;
    this.nextAt = Date.now() + afterMs;
    this.timer = setTimeout(() => {
      this.pass = this.collect(collector).finally(() => this.schedule(intervalMs));
    }, afterMs);
    this.timer.unref();
  }

  private async collect(collector: Collector): Promise<void> {
    try {
      // Only one process of a storage collects: others would repeat its work.
      if (await this.mustKeepAll()) return;
      const idleMs = this.settings.intervalMs / 2;
      await withCollectorLease(this.storage, idleMs, (lease) => this.takeTurn(collector, lease));
    } catch (error) {
      this.logFailure(error);
    }
  }

  /** The registry continues to serve, and the next pass tries again. */
  private logFailure(error: unknown): void {
    this.log.error('a collection failed', error instanceof Error ? error.stack : error);
  }

  /** A storage that is read-only for a backup must not lose content meanwhile. */
  private async mustKeepAll(): Promise<boolean> {
    return (await this.storage.readOnly?.isOn()) === true;
  }

  private async takeTurn(collector: Collector, lease: Pick<Lease, 'holds'>): Promise<void> {
    await this.runPass(collector, lease).finally(() => this.foldUsage(lease));
  }

  private async runPass(collector: Collector, lease: Pick<Lease, 'holds'>): Promise<void> {
    this.running++;
    const pass = new RunningPass();
    let isCut = false;
    try {
      for await (const collected of pass.keep(collector.collect(this.rules, lease))) {
        pass.add(collected);
        isCut = this.ending || (await this.mustKeepAll());
        if (isCut) break;
      }
      if (!isCut && !this.ending && lease.holds) await this.saveFigures(pass);
    } finally {
      this.running--;
      this.reportPass(pass, isCut || this.ending || !lease.holds);
    }
  }

  /** A disk that is full or read-only makes figures old, but must not make a collection fail. */
  private async saveFigures({ totals }: RunningPass): Promise<void> {
    if (totals === undefined) return;
    await saveSnapshot(this.storage, totals).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn(`the figures of this collection were not saved: ${reason}`);
    });
  }

  /** Merges the usage in the collector's turn, because only one process may do it at a time. */
  private async foldUsage(lease: Pick<Lease, 'holds'>): Promise<void> {
    if (this.ending || (await this.mustKeepAll())) return;
    try {
      await this.storage.usage.fold(lease);
    } catch (error) {
      this.log.error('the usage was not merged', error instanceof Error ? error.stack : error);
    }
  }

  private reportPass(pass: RunningPass, stopped: boolean): void {
    const { things, freed } = pass;
    const items = things === 1 ? 'item' : 'items';
    if (things > 0) this.log.log(`collected ${things} ${items}, ${freed} bytes freed`);
    const report = pass.report(stopped);
    this.last = { ...report, endedAt: Date.now() };
    for (const observer of this.observers) observer.collected(report);
  }
}
