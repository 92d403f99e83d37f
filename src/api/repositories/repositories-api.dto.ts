import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

import { PageQuery } from '../../http/api/page.dto.js';

/** The orders of repositories. */
export const SORTS = [
  'name',
  '-name',
  'size',
  '-size',
  'unique',
  '-unique',
  'pushedAt',
  '-pushedAt',
] as const;

/** Selects a page of repositories. */
export class RepositoriesQuery extends PageQuery {
  /** A part of the name. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly q?: string;

  /** The order. With `-` the other way round: the largest, or the last push first. `unique` needs an administrator. */
  @IsOptional()
  @IsIn(SORTS)
  readonly sort: (typeof SORTS)[number] = 'name';
}

/** A repository with its figures. Those of its content are absent until they were counted for the first time. */
export class RepositoryDto {
  readonly name!: string;
  /** The mirror that it belongs to. Absent for others. */
  readonly mirror?: string;
  /** The number of tags. */
  readonly tags?: number;
  readonly manifests?: number;
  readonly blobs?: number;
  /** The bytes of its manifests and blobs. */
  readonly logicalBytes?: number;
  /** Bytes that no other repository has. Only administrators see them. */
  readonly uniqueBytes?: number;
  /** Bytes of blobs that other repositories have as well. Only administrators see them. */
  readonly sharedBytes?: number;
  /** When one of the tags was last set. Absent without tags. */
  readonly lastPushedAt?: string;
  /** The login that set it then. Absent for an anonymous client, or if it is unknown. */
  readonly lastPushedBy?: string;
  /** How many manifests clients pulled in the last 30 days. */
  readonly recentPulls!: number;
  /** The pulls of each of these days in UTC, the oldest first and today last. */
  readonly pullsByDay!: number[];
  /** When the figures of its content were counted. */
  readonly countedAt?: string;
}

/** A page of repositories. */
export class RepositoriesDto {
  readonly repositories!: RepositoryDto[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
  /** No figure of the page is older. */
  readonly asOf!: string;
}

/** What the removal of a repository did. */
export class RemovedRepositoryDto {
  readonly repository!: string;
  /** How many manifests were removed, with all tags. */
  readonly manifests!: number;
  /** What happens to the bytes. */
  readonly freed!: string;
}
