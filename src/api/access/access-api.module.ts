import { Module } from '@nestjs/common';

import { AccessApiController } from './access-api.controller.js';

@Module({ controllers: [AccessApiController] })
export class AccessApiModule {}
