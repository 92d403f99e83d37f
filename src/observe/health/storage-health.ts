import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

import { section } from '../../config/config.module.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { Log, type PartLog } from '../../log/log.js';
import { Storage } from '../../storage/ports/storage.js';

/** A storage that does not respond within this time is considered unusable. In milliseconds. */
const PROBE_WITHIN_MS = 5_000;

/** How long the result of a write probe is used, so that health checks do not wear the disk. In milliseconds. */
const WRITES_EVERY_MS = 10_000;

/** Says what the storage can do. Its messages contain no path: those are for the log only. */
@Injectable()
export class StorageHealth {
  private readonly log: PartLog;
  /** The last reason that was logged for each probe: a supervisor asks every few seconds. */
  private readonly logged = new Map<string, string>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly storage: Storage,
    private readonly indicators: HealthIndicatorService,
    @Inject(section('content')) private readonly settings: ContentSettings,
    log: Log,
  ) {
    this.log = log.of('Health');
  }

  /** Resolves to whether content can be read, as `reads`. */
  async reads(): Promise<HealthIndicatorResult> {
    return this.indicators
      .check('reads')
      .attempt(() => this.probe('the storage cannot be read', async () => this.storage.ready?.()));
  }

  /** Resolves to whether content can be pushed, as `writes`: `down` if it is required, otherwise `degraded`, since reads go on. */
  async writes(required: boolean): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('writes');
    const result = await indicator.attempt(() => this.requireWritable()).cacheFor(WRITES_EVERY_MS);
    const { status, ...rest } = result.writes;
    return required || status === 'up' ? result : indicator.degraded(rest);
  }

  private async requireWritable(): Promise<void> {
    if (this.settings.readOnly || (await this.storage.readOnly?.isOn()) === true) {
      throw new Error('the registry is read-only');
    }
    await this.probe('the storage cannot be written', async () => this.storage.writable?.());
  }

  /**
   * Runs `work`, or waits for a run in progress, so that a storage that hangs gets no further requests. Logs why it fails, once, and
   * throws an error that says only `message`.
   */
  private async probe(message: string, work: () => Promise<void>): Promise<void> {
    const running = this.running.get(message) ?? withinTime(work());
    this.running.set(message, running);
    try {
      await running;
      this.logged.delete(message);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (this.logged.get(message) !== reason) this.log.error(reason);
      this.logged.set(message, reason);
      throw new Error(message, { cause });
    } finally {
      if (this.running.get(message) === running) this.running.delete(message);
    }
  }
}

/** @throws Error if the work does not end in time */
async function withinTime(work: Promise<void>): Promise<void> {
  const late = delay(PROBE_WITHIN_MS, true, { ref: false });
  const isLate = await Promise.race([work.then(() => false), late]);
  if (isLate) throw new Error(`the storage does not respond within ${PROBE_WITHIN_MS / 1_000} s`);
}
