import { type DeliveryObserver } from '../../domain/delivery-report.js';
import { type RegistryEvent } from '../../domain/registry-event.js';
import { type Outbox } from '../../storage/ports/outbox.js';
import { accepts } from '../event-filter.js';
import { type WebhookEndpoint } from '../events-plan.js';
import { type Clock } from './clock.js';
import { type SentEvent } from './cloud-event.js';
import { Delivery, type DeliveryResult } from './delivery.js';
import { isKnownToDistribution } from './distribution-envelope.js';
import {
  DELIVERED,
  dueRetry,
  MAX_RETRIES,
  parseState,
  redelivered,
  withAttempt,
  withDead,
  withoutRetry,
  withRetry,
  type EndpointState,
} from './endpoint-state.js';
import { delayAfter } from './schedule.js';
import { StateKeeper } from './state-keeper.js';
import { UnreadEvents } from './unread-events.js';

/** When this process ends, an attempt in progress gets this time. In milliseconds. */
const END_WITHIN_MS = 2_000;

/** Node's timers end at once when the time is longer than 31 bits. */
const MAX_REST_MS = 86_400_000;

/** What workers share. */
export interface WorkerParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Returns whether this process may still deliver. */
  readonly holds: () => boolean;
  readonly log: { log(message: string): void; warn(message: string): void };
  readonly observers: readonly Pick<DeliveryObserver, 'attempted'>[];
  /** Names the registry in events. */
  readonly host: string;
}

/** Returns the name of an endpoint's cursor. */
export function cursorOf(endpoint: string): string {
  return `webhook-${endpoint}`;
}

/** Returns whether an endpoint gets an event. */
export function wants({ filter, format }: WebhookEndpoint, event: RegistryEvent): boolean {
  return accepts(filter, event) && (format !== 'distribution' || isKnownToDistribution(event.type));
}

/** Delivers the events of one endpoint, one at a time, so that no endpoint waits for another. */
export class EndpointWorker {
  private readonly delivery: Delivery;
  private readonly running: Promise<void>;
  private keeper: StateKeeper | undefined;
  private isEnding = false;
  private hasFailed = false;
  private ring: () => void = () => undefined;
  private hasRung = false;

  constructor(
    readonly endpoint: WebhookEndpoint,
    private readonly parts: WorkerParts,
  ) {
    this.delivery = new Delivery(endpoint, parts.host, parts.clock);
    const unwatch = parts.outbox.watch(() => this.wake());
    this.running = this.run().finally(unwatch);
    this.running.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.isEnding = true;
      parts.log.warn(`webhook ${endpoint.name} rests, because the storage failed: ${reason}`);
    });
  }

  /** Whether the work has ended. */
  get isOver(): boolean {
    return this.isEnding;
  }

  /** Tries dead letters again: all of them, or the one with an id. */
  redeliver(id?: string): void {
    this.keeper?.change((state) => redelivered(state, this.parts.clock.now(), id));
    this.wake();
  }

  /** Ends the work after the attempt in progress, which gets a moment, and stores the state. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.wake();
    const cancel = this.parts.clock.after(END_WITHIN_MS, () => this.delivery.close());
    await this.running.catch(() => undefined);
    cancel();
    this.delivery.close();
  }

  private async run(): Promise<void> {
    const { outbox, clock, holds } = this.parts;
    const cursor = cursorOf(this.endpoint.name);
    const position = (await outbox.cursors.get(cursor)) ?? (await outbox.locate('now')) ?? '';
    const state = parseState(await outbox.cursors.state(cursor));
    const wanted = (event: RegistryEvent): boolean => wants(this.endpoint, event);
    const unread = new UnreadEvents(outbox, position, state.handled, wanted);
    const keeper = new StateKeeper({ outbox, cursor, clock, holds }, state, unread);
    this.keeper = keeper;
    // A new endpoint has a place from now on, so that a restart does not skip events.
    await keeper.save();
    while (!this.isEnding && holds()) {
      this.hasRung = false;
      const waitMs = await this.step(keeper, unread);
      const saveMs = await keeper.saveIfDue();
      if (waitMs > 0) await this.rest(Math.min(waitMs, saveMs));
    }
    await keeper.save();
  }

  /** Makes the next attempt. Resolves to how long there is nothing to do, unless somebody wakes the worker. */
  private async step(keeper: StateKeeper, unread: UnreadEvents): Promise<number> {
    const { state } = keeper;
    const now = this.parts.clock.now();
    if (state.goneIn === this.endpoint.fingerprint) return Infinity;
    if (state.pausedUntil > now) return state.pausedUntil - now;
    const due = dueRetry(state, now);
    if (due !== undefined) {
      await this.attempt(keeper, due.event, due.attempts);
      return 0;
    }
    const fresh = state.retries.length < MAX_RETRIES ? await unread.peek() : undefined;
    keeper.moved();
    if (fresh === undefined) {
      return Math.min(Infinity, ...state.retries.map(({ nextAt }) => nextAt)) - now;
    }
    // Stored together: a position beyond the event, and either its delivery or its retry.
    await this.attempt(keeper, fresh, 0, () => unread.take(fresh));
    return 0;
  }

  private async attempt(
    keeper: StateKeeper,
    event: SentEvent,
    before: number,
    taken: () => void = () => undefined,
  ): Promise<void> {
    const at = this.parts.clock.now();
    const made = await this.delivery.attempt(event);
    // An attempt that was cut, because the process ends, is made again.
    if (this.isEnding && made.status === undefined) return;
    taken();
    const { id, type } = event;
    const { result, milliseconds } = made;
    keeper.change((state) => {
      const known = withAttempt(state, { id, type, at, milliseconds, result });
      return this.after(known, event, before + 1, made);
    });
    this.report(made);
  }

  private after(
    state: EndpointState,
    event: SentEvent,
    attempts: number,
    { result, restMs, isGone }: DeliveryResult,
  ): EndpointState {
    const { clock, random, log } = this.parts;
    const now = clock.now();
    if (result === DELIVERED) return withoutRetry(state, event.id);
    if (isGone) {
      const goneIn = this.endpoint.fingerprint;
      return { ...withRetry(state, { event, attempts, nextAt: now, result }), goneIn };
    }
    const delay = delayAfter(attempts, random());
    if (delay === undefined) {
      this.count('dead');
      log.warn(`webhook ${this.endpoint.name} gave up event ${event.id}: ${result}`);
      return withDead(state, { event, attempts, at: now, result });
    }
    const nextAt = now + (restMs ?? delay);
    const pausedUntil = restMs === undefined ? state.pausedUntil : nextAt;
    return { ...withRetry(state, { event, attempts, nextAt, result }), pausedUntil };
  }

  /** Logs when deliveries begin to fail and when they succeed again, not each of them. */
  private report({ result, isGone }: DeliveryResult): void {
    const { log } = this.parts;
    const { name } = this.endpoint;
    const isDelivered = result === DELIVERED;
    this.count(isDelivered ? 'delivered' : 'failed');
    if (isGone) {
      log.warn(`webhook ${name} is off until the events file changes: ${result}`);
    } else if (!isDelivered && !this.hasFailed) {
      log.warn(`webhook ${name} fails and is tried again later: ${result}`);
    } else if (isDelivered && this.hasFailed) {
      log.log(`webhook ${name} gets events again`);
    }
    this.hasFailed = !isDelivered;
  }

  private count(outcome: Parameters<DeliveryObserver['attempted']>[1]): void {
    for (const observer of this.parts.observers) observer.attempted(this.endpoint.name, outcome);
  }

  private wake(): void {
    this.hasRung = true;
    this.ring();
  }

  private async rest(milliseconds: number): Promise<void> {
    if (this.hasRung || this.isEnding) return;
    const { clock } = this.parts;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(Math.min(milliseconds, MAX_REST_MS), resolve);
      this.ring = () => {
        cancel();
        resolve();
      };
    });
    this.ring = () => undefined;
  }
}
