import { Module } from '@nestjs/common';

import { GcScheduler } from './gc.scheduler.js';

@Module({ providers: [GcScheduler] })
export class GcModule {}
