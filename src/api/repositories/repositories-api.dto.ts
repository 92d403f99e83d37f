import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

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

  /**
   * Selects one level of a tree: the repositories whose names have no further slash after this text, and the folders beside them. It is
   * empty or ends with a slash.
   */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  @Matches(/^(?:.*\/)?$/, { message: 'under must be empty or end with a slash' })
  readonly under?: string;

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

/** Repositories whose names begin with the same parts. */
export class RepositoryFolderDto {
  /** What their names begin with, such as `team/`. */
  readonly name!: string;
  /** How many of them the caller may pull. */
  readonly repositories!: number;
  /** The bytes of those that were counted. What repositories share counts in each. */
  readonly logicalBytes!: number;
}

/** A page of repositories. */
export class RepositoriesDto {
  readonly repositories!: RepositoryDto[];
  /** All folders of the level, by their names. Only on the first page of one level of a tree. */
  readonly folders?: RepositoryFolderDto[];
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
