import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { section } from '../../config/config.module.js';
import { type StorageSettings } from '../../config/sections/storage.settings.js';
import { Log, type PartLog } from '../../log/log.js';
import { CurrentEventsPlan } from '../../events/events-plan.js';
import { Storage } from '../../storage/ports/storage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Once a minute, reports events that were lost and a disk that is nearly full; once an hour, drops old events. */
@Injectable()
export class EventUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: PartLog;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private reported = 0;

  constructor(
    private readonly storage: Storage,
    @Inject(section('storage')) private readonly settings: StorageSettings,
    private readonly plan: CurrentEventsPlan,
    log: Log,
  ) {
    this.log = log.of('Events');
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.run());
    }, MINUTE_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    this.reportLost();
  }

  /** Does the work of one minute. */
  async run(): Promise<void> {
    this.reportLost();
    try {
      await this.reportLowSpace();
      await this.trim();
    } catch (error) {
      this.log.error(
        'the events could not be tidied',
        error instanceof Error ? error.stack : error,
      );
    }
  }

  private reportLost(): void {
    const { lost } = this.storage.outbox.counts;
    const count = lost - this.reported;
    this.reported = lost;
    if (count === 0) return;
    this.log.error(`${count} events could not be stored and are lost: check the storage's disk`);
  }

  private async reportLowSpace(): Promise<void> {
    const { driver, minFreeBytes } = this.settings;
    if (driver !== 'filesystem' || minFreeBytes === 0) return;
    const freeBytes = await this.storage.freeBytes?.();
    if (freeBytes === undefined || freeBytes >= minFreeBytes) return;
    await this.hourly('storage-low', async () => {
      const data = { freeBytes, minFreeBytes };
      await this.storage.outbox.append([{ type: 'storage.low', data }]);
    });
  }

  private async trim(): Promise<void> {
    await this.hourly('events-trim', async () => {
      const { events, consumers } = await this.storage.outbox.trim(this.plan.value.keep);
      if (consumers.length === 0) return;
      this.log.warn(`dropped ${events} old events, some of them unread by ${consumers.join(', ')}`);
    });
  }

  /** Runs `work` unless a process of this storage has run it within the hour. */
  private async hourly(name: string, work: () => Promise<void>): Promise<void> {
    const terms = { forMs: 10 * MINUTE_MS, idleMs: HOUR_MS };
    const lease = await this.storage.lease(name, terms);
    if (lease === undefined) return;
    await work().finally(() => lease.release());
  }
}
