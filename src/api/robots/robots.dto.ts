import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { type Action } from '../../access/policy/action.js';

/** What a robot may do, and where. */
export class GrantDto {
  /** A repository, or a pattern such as `team/**`. */
  @IsString()
  @Length(1, 300)
  readonly repositories!: string;

  /** What the robot may do there. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsIn(['pull', 'push', 'delete'], { each: true })
  readonly actions!: Action[];
}

/** A robot to be created. */
export class NewRobotDto {
  /** What people call the robot. */
  @IsString()
  @Length(1, 100)
  readonly name!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => GrantDto)
  readonly grants!: GrantDto[];

  /** After how many days the token expires. Without it, the token never does. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9_999)
  readonly expiresInDays?: number;
}

/** A credential for a program. */
export class RobotDto {
  readonly id!: string;
  /** What people call the robot. Absent for robots of older versions. */
  readonly name?: string;
  readonly grants!: GrantDto[];
  readonly createdAt!: string;
  /** The login that created the robot. Absent if the command line did. */
  readonly createdBy?: string;
  /** When the token expires. Absent if it never does. */
  readonly expiresAt?: string;
  /** Whether the token has expired. */
  readonly expired!: boolean;
  /** When the token was last used, at most an hour too early. Absent before its first use. */
  readonly lastUsedAt?: string;
}

/** A robot with its token, which cannot be shown again. */
export class CreatedRobotDto {
  readonly id!: string;
  /** The password of the robot, valid with any user name. */
  readonly token!: string;
}

/** All robots that were not revoked, the oldest first. */
export class RobotsDto {
  readonly robots!: RobotDto[];
}
