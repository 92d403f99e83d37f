import { setTimeout as delay } from 'node:timers/promises';

import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

import { section } from '../../config/config.module.js';
import { type ServerSettings } from '../../config/sections/server.settings.js';

/** Reports the shutdown to health checks, and delays it, so that load balancers notice before connections are refused. */
@Injectable()
export class ShutdownDelay implements OnModuleDestroy, BeforeApplicationShutdown {
  private isShuttingDown = false;

  constructor(
    private readonly indicators: HealthIndicatorService,
    @Inject(section('server')) private readonly settings: ServerSettings,
  ) {}

  /** Returns whether the registry takes requests, as `serving`. */
  serving(): HealthIndicatorResult {
    const indicator = this.indicators.check('serving');
    return this.isShuttingDown ? indicator.down('the registry is shutting down') : indicator.up();
  }

  /** Nest calls this first of all, while the server still accepts connections. */
  onModuleDestroy(): void {
    this.isShuttingDown = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await delay(this.settings.shutdownDelayMs);
  }
}
