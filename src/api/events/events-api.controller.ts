import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { EventStream } from '../../http/api/event-stream.js';
import { JsonApi } from '../../http/api/json-api.js';
import { EventPages } from './event-pages.js';
import { EventStreams } from './event-streams.js';
import { filterOf } from './event-view.js';
import { EventsQuery, StreamQuery, type EventsDto } from './events-api.dto.js';
import { NewestEvents } from './newest-events.js';
import { MOMENT_TYPES } from './present-moment.js';
import { UPLOAD_PROGRESS } from './upload-progress.js';

/** What happened in the registry, and what happens now. */
@Controller('api/v1/events')
@JsonApi()
export class EventsApiController {
  constructor(
    private readonly pages: EventPages,
    private readonly newest: NewestEvents,
    private readonly streams: EventStreams,
  ) {}

  /** Returns events of repositories that the caller may pull. Administrators also get those of the whole registry. */
  @Get()
  @Requires('api')
  list(@Query() query: EventsQuery, @RightsOfCaller() rights: Rights): Promise<EventsDto> {
    return (query.order === 'newest' ? this.newest : this.pages).page(query, rights);
  }

  /** Streams the same events as they happen, as server-sent events. The header `Last-Event-ID` resumes. */
  @Get('stream')
  @Requires('api')
  async stream(
    @Query() query: StreamQuery,
    @Headers('last-event-id') after: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const filter = filterOf(query, [UPLOAD_PROGRESS, ...MOMENT_TYPES]);
    const stream = new EventStream(response);
    if (request.method === 'HEAD') {
      stream.begin();
      stream.end();
      return;
    }
    await this.streams.serve({ request, filter, after: after || undefined }, stream);
  }
}
