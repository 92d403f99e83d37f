import { hostname } from 'node:os';

import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { section } from '../../config/config.module.js';
import { type ServerSettings } from '../../config/sections/server.settings.js';
import { type DeliveryObserver, type EndpointBacklog } from '../../domain/delivery-report.js';
import { Log, type PartLog } from '../../log/log.js';
import { type Lease } from '../../storage/ports/lease.js';
import { Storage } from '../../storage/ports/storage.js';
import { CurrentEventsPlan } from '../events-plan.js';
import { SYSTEM_CLOCK } from './clock.js';
import { type Dispatcher } from './dispatcher.js';

/** The token of those that see each delivery. */
export const DELIVERY_OBSERVERS = Symbol('observers of deliveries');

/** How often a process looks whether it is its turn, and extends it. In milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** How long the other processes wait for one that died. In milliseconds. */
const LEASE_MS = 5_000;

/** Delivers events to webhooks in one process of the storage. Another one takes over when that process ends. */
@Injectable()
export class Webhooks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: PartLog;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private lease: Lease | undefined;
  private dispatcher: Dispatcher | undefined;
  private isEnding = false;
  private failure = '';

  constructor(
    private readonly storage: Storage,
    private readonly plan: CurrentEventsPlan,
    @Inject(section('server')) private readonly settings: ServerSettings,
    log: Log,
    @Inject(DELIVERY_OBSERVERS) private readonly observers: readonly DeliveryObserver[],
  ) {
    this.log = log.of('Webhooks');
  }

  /** What names this registry in events. */
  get host(): string {
    return URL.parse(this.settings.publicUrl)?.host ?? hostname();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.turn = this.turn.then(() => this.look());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearInterval(this.timer);
    await this.turn;
    await this.stop();
  }

  private async look(): Promise<void> {
    try {
      if (!this.isEnding) await this.takeTurn();
      this.failure = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.failure)
        this.log.warn(`webhooks wait, because the storage failed: ${reason}`);
      this.failure = reason;
    }
  }

  private async takeTurn(): Promise<void> {
    const { webhooks } = this.plan.value;
    await this.lease?.extend();
    if (this.lease?.holds === false || webhooks.length === 0) await this.stop();
    if (webhooks.length === 0) return;
    this.lease ??= await this.storage.lease('webhooks', { forMs: LEASE_MS, idleMs: 0 });
    if (this.lease === undefined) return;
    this.dispatcher ??= await this.newDispatcher();
    await this.dispatcher.serve(webhooks);
  }

  private async newDispatcher(): Promise<Dispatcher> {
    // Most registries have no webhooks, and do not load the code.
    const { Dispatcher } = await import('./dispatcher.js');
    for (const observer of this.observers) observer.attend(() => this.backlogs());
    return new Dispatcher({
      outbox: this.storage.outbox,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      holds: () => this.lease?.holds === true,
      log: this.log,
      observers: this.observers,
      host: this.host,
    });
  }

  private async stop(): Promise<void> {
    // The workers store how far they are while this process still has its turn.
    await this.dispatcher?.end();
    this.dispatcher = undefined;
    await this.lease?.release();
    this.lease = undefined;
  }

  private async backlogs(): Promise<readonly EndpointBacklog[]> {
    return (await this.dispatcher?.backlogs()) ?? [];
  }
}
