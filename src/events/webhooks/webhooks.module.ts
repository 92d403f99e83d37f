import { Module, type DynamicModule } from '@nestjs/common';

import { type DeliveryObserver } from '../../domain/delivery-report.js';
import { WebhooksApiController } from './webhooks-api.controller.js';
import { DELIVERY_OBSERVERS, Webhooks } from './webhooks.js';

@Module({})
export class WebhooksModule {
  /** Delivers events to webhooks and reports each attempt to `observers`. */
  static reportingTo(observers: readonly DeliveryObserver[]): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [WebhooksApiController],
      providers: [Webhooks, { provide: DELIVERY_OBSERVERS, useValue: observers }],
    };
  }
}
