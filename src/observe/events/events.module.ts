import { Module, type DynamicModule } from '@nestjs/common';

import { EventRecorder } from './event-recorder.js';
import { EventUpkeep } from './event-upkeep.js';

@Module({})
export class EventsModule {
  static with(recorder: EventRecorder): DynamicModule {
    return {
      module: EventsModule,
      providers: [EventUpkeep, { provide: EventRecorder, useValue: recorder }],
    };
  }
}
