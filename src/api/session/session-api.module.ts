import { Module } from '@nestjs/common';

import { SessionApiController } from './session-api.controller.js';

@Module({ controllers: [SessionApiController] })
export class SessionApiModule {}
