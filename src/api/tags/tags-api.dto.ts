import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

import { PageQuery } from '../../http/api/page.dto.js';
import { RepositoryRightsDto } from '../../http/api/repository-rights.dto.js';

/** The orders of tags. */
export const SORTS = [
  'name',
  '-name',
  'version',
  '-version',
  'pushedAt',
  '-pushedAt',
  'size',
  '-size',
] as const;

/** Selects a page of tags. */
export class TagsQuery extends PageQuery {
  /** A part of the tag. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  readonly q?: string;

  /** The order. With `-` the other way round: the last name, the highest version, the newest push, or the largest image first. */
  @IsOptional()
  @IsIn(SORTS)
  readonly sort: (typeof SORTS)[number] = 'name';
}

/** A tag with its image. */
export class TagDto {
  readonly name!: string;
  /** The digest of the manifest that the tag points to. */
  readonly digest!: string;
  readonly mediaType!: string;
  /** What the manifest is for. */
  readonly purpose!: string;
  /** The platforms of the image, such as `linux/arm64/v8`. */
  readonly platforms!: string[];
  /** The bytes of the manifest and of all that it names, each content once. */
  readonly totalBytes!: number;
  /** When the tag was last set. */
  readonly pushedAt!: string;
  /** The login that last set the tag. Absent for an anonymous client, or if it is unknown. */
  readonly pushedBy?: string;
  /** The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
  readonly previous?: string;
  /** How often the manifest was pulled, by this tag or otherwise. */
  readonly pulls!: number;
  /** When the manifest, or a manifest of its index, was last pulled. Absent if it never was. */
  readonly lastPulledAt?: string;
}

/** A page of tags. */
export class TagsDto {
  readonly tags!: TagDto[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
}

/** A change of a tag. */
export class TagChangeDto {
  readonly at!: string;
  /** The login of the client. Absent for an anonymous client, or if it is unknown. */
  readonly by?: string;
  /** The manifest that the tag was set to. Absent if the tag was removed. */
  readonly digest?: string;
  /** The manifest that the tag pointed to before. */
  readonly previous?: string;
  /** Whether the manifest still exists, so that the tag can be set to it again. */
  readonly restorable!: boolean;
}

/** The last 100 changes of a tag, the newest first. */
export class TagHistoryDto {
  readonly changes!: TagChangeDto[];
}

/** Selects a page of the changes of all tags. */
export class HistoryQuery extends PageQuery {
  /** A part of the tag. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  readonly q?: string;
}

/** A change of one of the tags of a repository. */
export class RepositoryChangeDto extends TagChangeDto {
  readonly tag!: string;
  /** What the tag points to now. Absent if it does not exist. */
  readonly now?: string;
}

/** The changes of all tags, the newest first. Of each tag the last 100 are kept. */
export class RepositoryHistoryDto {
  readonly changes!: RepositoryChangeDto[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
  /** What the caller may do in the repository. */
  readonly rights!: RepositoryRightsDto;
}
