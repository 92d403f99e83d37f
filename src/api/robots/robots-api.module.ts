import { Module } from '@nestjs/common';

import { RobotsApiController } from './robots-api.controller.js';

@Module({ controllers: [RobotsApiController] })
export class RobotsApiModule {}
