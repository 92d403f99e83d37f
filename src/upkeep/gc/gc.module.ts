import { Module, type DynamicModule } from '@nestjs/common';

import { type CollectionObserver } from '../../domain/collection-report.js';
import { GcApiController } from './gc-api.controller.js';
import { GC_OBSERVERS, GcScheduler } from './gc.scheduler.js';

@Module({})
export class GcModule {
  /** Collects garbage and reports each pass to `observers`. */
  static reportingTo(observers: readonly CollectionObserver[]): DynamicModule {
    return {
      module: GcModule,
      controllers: [GcApiController],
      providers: [GcScheduler, { provide: GC_OBSERVERS, useValue: observers }],
    };
  }
}
