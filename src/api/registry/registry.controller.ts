import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Access } from '../../access/guard/access.js';
import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { section } from '../../config/config.module.js';
import { packageVersion } from '../../config/package-version.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { parseRepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { sendLines } from '../../http/api/send-lines.js';
import { Storage } from '../../storage/ports/storage.js';
import { ALL_SETTINGS, type ShownSetting } from './all-settings.js';
import { OwnDoctor } from './own-doctor.js';
import {
  AccessDto,
  AccessQuery,
  DoctorRequestDto,
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
    private readonly guarding: Access,
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

  /** Returns every setting with its value and origin, the version, and the state of the files of users and rules. Needs an administrator. */
  @Get('settings')
  @Requires('api:admin')
  settings(): SettingsDto {
    const { description, people } = this.guarding;
    const access = { description, files: people?.files ?? [] };
    return { settings: [...this.all], version: this.version(), access };
  }

  /**
   * Checks the registry as a client sees it, with the login of the request. Streams one line of JSON for each finding, with advice if
   * something has to change; the last line says whether the registry is healthy. Needs an administrator.
   */
  @Post('doctor')
  @HttpCode(200)
  @Requires('api:admin')
  async examine(
    @Body() { leaveOut }: DoctorRequestDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const lines = this.doctor.examine(request, { readOnly: leaveOut.includes('push') });
    await sendLines<object>(request, response, lines, (line) => line);
  }
}
