import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';

import { ShutdownDelay } from './shutdown-delay.js';
import { HealthController } from './health.controller.js';
import { StorageHealth } from './storage-health.js';

@Module({
  // It would log each failing check again; `StorageHealth` logs each reason once.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [StorageHealth, ShutdownDelay],
})
export class HealthModule {}
