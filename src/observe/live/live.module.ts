import { Module } from '@nestjs/common';

import { LiveReporter } from './live-reporter.js';

@Module({ providers: [LiveReporter], exports: [LiveReporter] })
export class LiveModule {}
