import { ArrayMaxSize, IsIn, IsString, MaxLength } from 'class-validator';

import { AccessFileDto } from '../../http/api/access-file.dto.js';

/** The version of the registry and of what it implements. */
export class VersionDto {
  /** The version of Berth. */
  readonly version!: string;
  /** The version of Node.js. */
  readonly node!: string;
  /** The version of this API, as in its paths. */
  readonly api!: string;
  /** The version of the OCI Distribution Specification. */
  readonly specification!: string;
}

/** The caller of a request. */
export class MeDto {
  /** The login. Absent without a login. */
  readonly name?: string;
  /** Groups that the issuer of the login names. */
  readonly groups!: string[];
  /** Whether the login is a robot's. */
  readonly robot!: boolean;
  /** Whether the caller may use the parts of the API that concern the whole registry. */
  readonly admin!: boolean;
  /** Whether the registry refuses pushes and deletions now. */
  readonly readOnly!: boolean;
}

/** Asks what the caller may do in one repository. */
export class AccessQuery {
  /** The name of a repository, which need not exist. */
  @IsString()
  @MaxLength(255)
  readonly repository!: string;
}

/** What the caller may do in one repository. */
export class AccessDto {
  readonly repository!: string;
  /** Whether the caller may pull, list and look. */
  readonly pull!: boolean;
  /** Whether the caller may push and set tags. */
  readonly push!: boolean;
  /** Whether the caller may delete. */
  readonly delete!: boolean;
}

/** One setting of the registry. */
export class SettingDto {
  /** The environment variable of the setting. */
  readonly variable!: string;
  /** The section of the documentation that the setting belongs to. */
  readonly section!: string;
  /** The value as a person would write it. Secrets are masked. */
  readonly value!: string;
  /** The value if nobody sets it. */
  readonly default!: string;
  /** Where the value comes from. */
  readonly origin!: 'environment' | 'file' | 'program' | 'default';
  /** What the setting is for. */
  readonly summary!: string;
}

/** What the access control rests on. */
export class AccessControlDto {
  /** In a sentence. */
  readonly description!: string;
  readonly files!: AccessFileDto[];
}

/** All settings, and what an operator looks at beside them. */
export class SettingsDto {
  readonly settings!: SettingDto[];
  readonly version!: VersionDto;
  readonly access!: AccessControlDto;
}

/** What the registry is to examine. */
export class DoctorRequestDto {
  /** Checks to leave out. `push` writes to the repository berth-doctor/probe and deletes it again. */
  @IsString({ each: true })
  @IsIn(['push'], { each: true })
  @ArrayMaxSize(1)
  readonly leaveOut: string[] = [];
}
