import { Controller, Get, HttpException, Res } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorFunction } from '@nestjs/terminus';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Query } from '../../http/oci/query.js';
import { QueryString } from '../../http/oci/request-parameters.js';
import { sendJson } from '../../http/oci/send.js';
import { ShutdownDelay } from './shutdown-delay.js';
import { StorageHealth } from './storage-health.js';

/** Reports to a supervisor whether the registry lives, and whether it can serve. Not part of the OCI specification. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly shutdown: ShutdownDelay,
    private readonly storage: StorageHealth,
  ) {}

  /** Answers as long as the process can: a supervisor restarts one that does not. */
  @Get('live')
  @Requires('nothing')
  live(@Res() response: Response): void {
    sendJson(response, 200, { status: 'ok' });
  }

  /** Answers 503 while reads fail, and with `?writes` also while writes fail: a load balancer sends no requests then. */
  @Get(['', 'ready'])
  @Requires('nothing')
  async ready(@QueryString() query: Query, @Res() response: Response): Promise<void> {
    const required = query.one('writes') !== undefined;
    const { status, body } = await this.check([
      () => this.shutdown.serving(),
      () => this.storage.reads(),
      () => this.storage.writes(required),
    ]);
    sendJson(response, status, body);
  }

  /** Returns terminus' result. It throws one that is not healthy, which the filter would turn into an error of the OCI. */
  private async check(
    indicators: HealthIndicatorFunction[],
  ): Promise<{ readonly status: number; readonly body: object }> {
    try {
      return { status: 200, body: await this.health.check(indicators) };
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      return { status: error.getStatus(), body: error.getResponse() as object };
    }
  }
}
