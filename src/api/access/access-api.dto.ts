import { IsOptional, IsString, MaxLength } from 'class-validator';

import { type Action } from '../../access/policy/action.js';
import { AccessFileDto } from '../../http/api/access-file.dto.js';
import { PageQuery } from '../../http/api/page.dto.js';

/** Actions that are allowed in the repositories of a pattern. */
export class GivenRightDto {
  /** A repository, or a pattern such as `team/**`. */
  readonly repositories!: string;
  readonly actions!: Action[];
  /** The rule that allows it. */
  readonly because!: string;
}

/** All rights of the caller. */
export class OwnRightsDto {
  /** Absent if the host of the registry decides each case. */
  readonly rights?: GivenRightDto[];
}

/** A group of the access file. */
export class GroupDto {
  readonly name!: string;
  /** Absent if the issuer of logins decides who is in the group. */
  readonly members?: string[];
}

/** A rule of the access file. */
export class RuleDto {
  /** The line at which the rule begins. */
  readonly line!: number;
  readonly repositories!: string[];
  /** Users, `group:NAME`, `authenticated` for all logins, or `anonymous` for everybody. */
  readonly who!: string[];
  readonly can!: Action[];
}

/** The rules of the registry. */
export class RulesDto {
  /** What the access control rests on, in a sentence. */
  readonly description!: string;
  readonly files!: AccessFileDto[];
  /** Users and groups who may use all of the API. */
  readonly admins!: string[];
  readonly groups!: GroupDto[];
  /** Empty without an access file. */
  readonly rules!: RuleDto[];
}

/** Selects a page of repositories, and people. */
export class MatrixQuery extends PageQuery {
  /** A part of the name of a repository. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  readonly q?: string;

  /** A part of the name of a person. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  readonly person?: string;
}

/** A user of the users file. */
export class PersonDto {
  /** The login. `anonymous` stands for clients without a login. */
  readonly name!: string;
  readonly admin!: boolean;
}

/** What one person may do in one repository. */
export class PersonRightsDto {
  readonly actions!: Action[];
  /** The rules that allow it. */
  readonly because!: string[];
}

/** What people may do in one repository. */
export class MatrixRowDto {
  readonly repository!: string;
  /** For each of the people, in their order. */
  readonly rights!: PersonRightsDto[];
}

/** What people may do in a page of repositories. */
export class MatrixDto {
  /** At most 8. */
  readonly people!: PersonDto[];
  /** How many people the answer leaves out. */
  readonly morePeople!: number;
  readonly repositories!: MatrixRowDto[];
  /** The cursor of the next page. Absent on the last page. */
  readonly next?: string;
}
