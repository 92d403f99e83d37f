import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** The totals of the storage at one moment. */
export class TotalsDto {
  readonly repositories!: number;
  readonly manifests!: number;
  /** The bytes of all repositories, where a shared blob counts in each. */
  readonly logicalBytes!: number;
  /** The bytes that the storage holds, where a shared blob counts once. */
  readonly storedBytes!: number;
}

/** The totals at an earlier moment. */
export class GrowthPointDto extends TotalsDto {
  readonly at!: string;
}

/** The storage as a whole. Figures are as of the last collection, and absent before the first one. */
export class StorageDto {
  /** Where the data are. */
  readonly description!: string;
  /** The bytes that can still be stored. Absent where that is not known. */
  readonly freeBytes?: number;
  /** When the figures were counted. */
  readonly asOf?: string;
  readonly totals?: TotalsDto;
  /** The bytes that are saved because shared blobs are stored once. */
  readonly savedBytes?: number;
  /** Earlier totals, the oldest first. */
  readonly growth!: GrowthPointDto[];
}

/** Limits the list of blobs. */
export class LargestQuery {
  /** How many blobs the answer may have. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 20;
}

/** One of the largest blobs. */
export class LargestBlobDto {
  readonly digest!: string;
  readonly size!: number;
  /** The repositories that have it, of those from which the caller may pull. */
  readonly repositories!: string[];
}

/** The largest blobs as of the last collection. */
export class LargestBlobsDto {
  /** When they were found. Absent before the first collection. */
  readonly asOf?: string;
  readonly blobs!: LargestBlobDto[];
}

/** A repository and what it takes. Figures are absent until they were counted for the first time. */
export class LargestRepositoryDto {
  readonly name!: string;
  readonly tags?: number;
  /** The bytes of all its blobs and manifests. */
  readonly logicalBytes?: number;
  /** The bytes that only this repository has. Only for administrators. */
  readonly uniqueBytes?: number;
  /** The bytes that other repositories have as well. Only for administrators. */
  readonly sharedBytes?: number;
}

/** What takes the space, in one answer. */
export class StorageOverviewDto {
  /** The storage as a whole. Only for administrators. */
  readonly storage?: StorageDto;
  /** The repositories that take the most, of those from which the caller may pull. For administrators by what their removal frees. */
  readonly repositories!: LargestRepositoryDto[];
  readonly blobs!: LargestBlobsDto;
}

/** Why one repository keeps some content. */
export class ReasonDto {
  readonly repository!: string;
  readonly kind!: 'manifests' | 'blobs' | 'referrers';
  /** The path from a tag, or from a kept untagged manifest. Empty if nothing reaches the content. */
  readonly chain!: string[];
  readonly lastUsedAt!: string;
}

/** Why content is stored. */
export class ReasonsDto {
  readonly digest!: string;
  readonly reasons!: ReasonDto[];
}
