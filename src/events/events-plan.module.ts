import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';

import { CurrentEventsPlan } from './events-plan.js';

/** Provides the events file to everything that keeps or sends events. */
@Global()
@Module({})
export class EventsPlanModule implements OnApplicationShutdown {
  constructor(private readonly plan: CurrentEventsPlan) {}

  static with(plan: CurrentEventsPlan): DynamicModule {
    return {
      module: EventsPlanModule,
      providers: [{ provide: CurrentEventsPlan, useValue: plan }],
      exports: [CurrentEventsPlan],
    };
  }

  onApplicationShutdown(): void {
    this.plan.close();
  }
}
