import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { EventIds } from '../../domain/event-id.js';
import { RegistryError } from '../../domain/errors.js';
import { JsonApi } from '../../http/api/json-api.js';
import { Storage } from '../../storage/ports/storage.js';
import { CurrentEventsPlan, type WebhookEndpoint } from '../events-plan.js';
import { type EndpointReport } from './backlog.js';
import { SYSTEM_CLOCK } from './clock.js';
import { shownAttempt, shownDead, shownRetry, shownWebhook } from './shown-webhook.js';
import { Webhooks } from './webhooks.js';
import {
  RedeliverDto,
  type DeliveriesDto,
  type PingDto,
  type RedeliveryDto,
  type WebhooksDto,
} from './webhooks.dto.js';

/** Webhooks of the events file. All of it needs an administrator. */
@Controller('api/v1/webhooks')
@JsonApi()
export class WebhooksApiController {
  private readonly ids = new EventIds();

  constructor(
    private readonly storage: Storage,
    private readonly plan: CurrentEventsPlan,
    private readonly webhooks: Webhooks,
  ) {}

  /** Lists the webhooks, with what waits for each. */
  @Get()
  @Requires('api:admin')
  async list(): Promise<WebhooksDto> {
    const { webhooks } = this.plan.value;
    const shown = webhooks.map(async (one) =>
      shownWebhook(one, await this.report(one), Date.now()),
    );
    return { webhooks: await Promise.all(shown) };
  }

  /** Returns the last deliveries to a webhook, and the events that were not delivered. */
  @Get(':endpoint/deliveries')
  @Requires('api:admin')
  async deliveries(@Param('endpoint') name: string): Promise<DeliveriesDto> {
    const { state } = await this.report(this.endpoint(name));
    return {
      retrying: state.retries.map(shownRetry),
      dead: state.dead.map(shownDead),
      recent: state.recent.map(shownAttempt),
    };
  }

  /** Tries dead letters of a webhook again, from the first attempt on. */
  @Post(':endpoint/redeliver')
  @HttpCode(202)
  @Requires('api:admin')
  async redeliver(
    @Param('endpoint') name: string,
    @Body() { id }: RedeliverDto,
  ): Promise<RedeliveryDto> {
    const { state } = await this.report(this.endpoint(name));
    const chosen = state.dead.filter(({ event }) => id === undefined || event.id === id);
    if (id !== undefined && chosen.length === 0) {
      const advice = 'the list of deliveries has the dead letters';
      throw new RegistryError('event-unknown', 'no dead letter has this id', { id, advice });
    }
    const { leaveOrder } = await import('./redelivery-orders.js');
    const order = { endpoint: name, ...(id !== undefined && { id }) };
    if (chosen.length > 0) await leaveOrder(this.storage.outbox, order);
    return { events: chosen.length };
  }

  /** Sends an event of the type `dev.berth.ping` to a webhook now, and returns how it was received. */
  @Post(':endpoint/test')
  @HttpCode(200)
  @Requires('api:admin')
  async ping(@Param('endpoint') name: string): Promise<PingDto> {
    const endpoint = this.endpoint(name);
    const { Delivery } = await import('./delivery.js');
    const delivery = new Delivery(endpoint, this.webhooks.host, SYSTEM_CLOCK);
    const time = new Date().toISOString();
    const event = { id: this.ids.next(), type: 'ping', time, data: { sequence: 0 } };
    const made = await delivery.attempt(event).finally(() => delivery.close());
    const { result, status, milliseconds } = made;
    const delivered = status !== undefined && status >= 200 && status < 300;
    return { delivered, ...(status !== undefined && { status }), milliseconds, result };
  }

  private endpoint(name: string): WebhookEndpoint {
    const found = this.plan.value.webhooks.find((one) => one.name === name);
    if (found !== undefined) return found;
    const advice = 'GET /api/v1/webhooks lists them';
    throw new RegistryError('webhook-unknown', 'no such webhook', {
      endpoint: name.slice(0, 100),
      advice,
    });
  }

  private async report(endpoint: WebhookEndpoint): Promise<EndpointReport> {
    const { reportOf } = await import('./backlog.js');
    return reportOf(this.storage.outbox, endpoint, Date.now());
  }
}
