import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { type Request } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { section } from '../../config/config.module.js';
import { packageVersion } from '../../config/package-version.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { parseRepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { Storage } from '../../storage/ports/storage.js';
import { ALL_SETTINGS, type ShownSetting } from './all-settings.js';
import { OwnDoctor } from './own-doctor.js';
import {
  AccessDto,
  AccessQuery,
  DoctorRequestDto,
  FindingsDto,
  MeDto,
  SettingsDto,
  VersionDto,
} from './registry.dto.js';

/** The registry as a whole, and what its caller may do. */
@Controller('api/v1')
@JsonApi()
export class RegistryController {
  constructor(
    private readonly storage: Storage,
    private readonly doctor: OwnDoctor,
    @Inject(section('content')) private readonly content: ContentSettings,
    @Inject(ALL_SETTINGS) private readonly all: readonly ShownSetting[],
  ) {}

  /** Returns the versions of the registry and of what it implements. */
  @Get('version')
  @Requires('api')
  version(): VersionDto {
    const { node } = process.versions;
    return { version: packageVersion(), node, api: 'v1', specification: '1.1' };
  }

  /** Returns who the caller is. */
  @Get('me')
  @Requires('api')
  async me(@RightsOfCaller() { caller, isAdmin }: Rights): Promise<MeDto> {
    return {
      ...(caller.name !== undefined && { name: caller.name }),
      groups: [...caller.groups],
      robot: caller.grants !== undefined,
      admin: isAdmin,
      readOnly: this.content.readOnly || (await this.storage.readOnly?.isOn()) === true,
    };
  }

  /** Returns what the caller may do in a repository. */
  @Get('access')
  @Requires('api')
  access(@Query() query: AccessQuery, @RightsOfCaller() rights: Rights): AccessDto {
    const repository = parseRepositoryName(query.repository);
    return {
      repository,
      pull: rights.has(repository, 'pull'),
      push: rights.has(repository, 'push'),
      delete: rights.has(repository, 'delete'),
    };
  }

  /** Returns every setting with its value and origin. Needs an administrator. */
  @Get('settings')
  @Requires('api:admin')
  settings(): SettingsDto {
    return { settings: [...this.all] };
  }

  /** Checks the registry as a client sees it, with the login of the request. Needs an administrator. */
  @Post('doctor')
  @HttpCode(200)
  @Requires('api:admin')
  examine(@Body() { leaveOut }: DoctorRequestDto, @Req() request: Request): Promise<FindingsDto> {
    return this.doctor.examine(request, { readOnly: leaveOut.includes('push') });
  }
}
