import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** How many items a page has unless the client asks for another number. */
const DEFAULT_LIMIT = 50;

/** Selects a page of a listing. */
export class PageQuery {
  /** How many items the page may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly limit: number = DEFAULT_LIMIT;

  /** The `next` of the page before. Pages stay complete while items are added and removed. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly cursor?: string;
}
