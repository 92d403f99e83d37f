import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';

import { Access } from '../../access/guard/access.js';
import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { type ListedRobot, type Robots } from '../../access/identity/robots.js';
import { InvalidPattern, RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { RegistryError } from '../../domain/errors.js';
import { JsonApi } from '../../http/api/json-api.js';
import {
  CreatedRobotDto,
  NewRobotDto,
  RobotsDto,
  type GrantDto,
  type RobotDto,
} from './robots.dto.js';

const DAY_MS = 86_400_000;

/** Credentials for programs. All of it needs an administrator. */
@Controller('api/v1/robots')
@JsonApi()
export class RobotsApiController {
  constructor(private readonly access: Access) {}

  /** Lists the robots. */
  @Get()
  @Requires('api:admin')
  async list(): Promise<RobotsDto> {
    const robots = (await this.access.robots?.list()) ?? [];
    return { robots: robots.map(shown) };
  }

  /** Creates a robot, and returns its token once. */
  @Post()
  @Requires('api:admin')
  async create(
    @Body() { name, grants, expiresInDays }: NewRobotDto,
    @RightsOfCaller() { caller }: Rights,
  ): Promise<CreatedRobotDto> {
    const robots = this.robots();
    grants.forEach(requirePattern);
    const expiresAt = expiresInDays === undefined ? undefined : Date.now() + expiresInDays * DAY_MS;
    const by = caller.name === undefined ? {} : { createdBy: caller.name };
    return robots.create({ name, grants, expiresAt, ...by });
  }

  /** Revokes a robot: its token is invalid from now on. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('api:admin')
  async revoke(@Param('id') id: string): Promise<void> {
    if ((await this.access.robots?.revoke(id)) === true) return;
    throw new RegistryError('robot-unknown', 'no such robot', { id: id.slice(0, 100) });
  }

  private robots(): Robots {
    const { robots } = this.access;
    if (robots !== undefined) return robots;
    const advice = 'configure logins first: set REGISTRY_USERS_FILE or REGISTRY_OIDC_ISSUER';
    throw new RegistryError('denied', 'without logins a robot would do nothing', { advice });
  }
}

/** @throws RegistryError `request-malformed` */
function requirePattern({ repositories }: GrantDto): void {
  try {
    RepositoryPattern.parse(repositories);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw new RegistryError('request-malformed', error.message, { pattern: repositories });
  }
}

function shown({ createdAt, expiresAt, lastUsedAt, grants, ...rest }: ListedRobot): RobotDto {
  return {
    ...rest,
    grants: grants.map(({ repositories, actions }) => ({ repositories, actions: [...actions] })),
    createdAt: new Date(createdAt).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    expired: expiresAt !== undefined && expiresAt <= Date.now(),
    ...(lastUsedAt !== undefined && { lastUsedAt: new Date(lastUsedAt).toISOString() }),
  };
}
