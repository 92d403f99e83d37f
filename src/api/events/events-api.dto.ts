import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

import { EVENT_ID } from '../../domain/event-id.js';

/** Selects events. A query must fit into 32 KiB of headers, where one character may take twelve. */
export class StreamQuery {
  /** The types, separated by commas. `*` stands for any characters, as in `tag.*`. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  readonly types?: string;

  /** The repositories, separated by commas, with the patterns of the access file, as in `team/**`. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly repositories?: string;
}

/** Selects a page of events. */
export class EventsQuery extends StreamQuery {
  /** The id of an event. Only later ones are returned; without it, those from the oldest one on. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly after?: string;

  /** Which events come first. The default is `oldest`. */
  @IsOptional()
  @IsIn(['oldest', 'newest'])
  readonly order?: 'oldest' | 'newest';

  /** The id of an event, for the order `newest`. Only earlier ones are returned; without it, those from the newest one on. */
  @IsOptional()
  @Matches(EVENT_ID, { message: 'before must be the id of an event' })
  readonly before?: string;

  /** How many events the page may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly limit: number = 100;
}

/** The details of an event. Which of them are present depends on its type. */
export class EventDataDto {
  /** Counts the events of one process. Only for administrators. */
  readonly sequence?: number;
  readonly tag?: string;
  /** All tags that a push named. */
  readonly tags?: string[];
  readonly digest?: string;
  readonly mediaType?: string;
  readonly size?: number;
  /** The digest that a moved tag pointed to before. */
  readonly previous?: string;
  /** The login of the client. */
  readonly by?: string;
  /** The digest of the manifest that a referrer refers to. */
  readonly subject?: string;
  /** The same text in all events of one push. */
  readonly push?: string;
  /** Whether the event was found after the process that should have recorded it had died. */
  readonly recovered?: boolean;
  /** How a collection ended. */
  readonly result?: string;
  readonly milliseconds?: number;
  readonly freedBytes?: number;
  readonly freeBytes?: number;
  readonly minFreeBytes?: number;
  /** The mirror that stored content of another registry, or whose registry fails. */
  readonly mirror?: string;
  /** Why the registry that is mirrored is not asked for a while. */
  readonly reason?: string;
}

/** The request that caused an event. */
export class EventOriginDto {
  readonly requestId?: string;
  readonly address?: string;
  readonly scheme?: string;
  readonly host?: string;
  readonly method?: string;
  readonly userAgent?: string;
}

/** Something that changed. */
export class RegistryEventDto {
  /** Sortable by time. */
  readonly id!: string;
  readonly type!: string;
  readonly time!: string;
  /** Absent for events of the whole registry, which administrators see. */
  readonly repository?: string;
  readonly data!: EventDataDto;
  /** The request that caused the event. Only for administrators. */
  readonly origin?: EventOriginDto;
}

/** A page of the events that the caller may see. */
export class EventsDto {
  readonly events!: RegistryEventDto[];
  /** The `after` of the next page, or the `before` in the order `newest`; also without more events yet. Absent if there is nothing to continue. */
  readonly next?: string;
  /** Whether there may be more events already. */
  readonly more!: boolean;
}
