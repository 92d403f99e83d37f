import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** Selects what is shown of the collector. */
export class CollectorQuery {
  /** How many of the last collections of all processes are listed. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100)
  readonly recent: number = 0;
}

/** What a collection may remove. */
export class CollectionRulesDto {
  /** Content that was used within this time stays. In milliseconds. */
  readonly graceMs!: number;
  /** Whether manifests without a tag stay. */
  readonly keepUntagged!: boolean;
  /** Uploads without new bytes for this time expire. In milliseconds. */
  readonly uploadTtlMs!: number;
}

/** A collection that ended. */
export class PassDto {
  readonly result!: 'complete' | 'failed' | 'stopped';
  readonly endedAt!: string;
  readonly milliseconds!: number;
  /** How many bytes it freed. */
  readonly freedBytes!: number;
}

/** The collections of the process that answers. Other processes of the same storage collect as well, never at the same time. */
export class CollectorStatusDto {
  readonly running!: boolean;
  /** Time between two collections, in milliseconds. 0: only on demand. */
  readonly intervalMs!: number;
  /** When this process tries to collect next. Absent if it does not by itself. */
  readonly nextAt?: string;
  /** The last collection of this process. Absent before the first one. */
  readonly last?: PassDto;
  /** The last collections of all processes, the newest first, as far as their events are kept. */
  readonly recent!: PassDto[];
  readonly rules!: CollectionRulesDto;
}

/** A collection was started. It goes on after this answer. */
export class StartedDto {
  readonly started!: boolean;
}
