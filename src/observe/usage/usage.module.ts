import { Module } from '@nestjs/common';

import { UsageCounter } from './usage-counter.js';

@Module({ providers: [UsageCounter], exports: [UsageCounter] })
export class UsageModule {}
