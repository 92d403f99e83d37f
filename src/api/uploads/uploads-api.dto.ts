import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** Limits the list of uploads. */
export class UploadsQuery {
  /** How many uploads the answer may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly limit: number = 100;
}

/** An upload in progress. */
export class UploadDto {
  readonly id!: string;
  readonly repository!: string;
  /** How many bytes the registry has. */
  readonly receivedBytes!: number;
}

/** The uploads in progress in repositories to which the caller may push. */
export class UploadsDto {
  readonly uploads!: UploadDto[];
  /** Whether there are more than those listed. */
  readonly more!: boolean;
}
