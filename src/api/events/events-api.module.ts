import { Module } from '@nestjs/common';

import { EventPages } from './event-pages.js';
import { EventStreams } from './event-streams.js';
import { EventsApiController } from './events-api.controller.js';
import { NewestEvents } from './newest-events.js';
import { PresentMoment } from './present-moment.js';
import { UploadProgress } from './upload-progress.js';

@Module({
  controllers: [EventsApiController],
  providers: [EventPages, NewestEvents, EventStreams, UploadProgress, PresentMoment],
})
export class EventsApiModule {}
