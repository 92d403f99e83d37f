import { Module } from '@nestjs/common';

import { UploadsApiController } from './uploads-api.controller.js';

@Module({ controllers: [UploadsApiController] })
export class UploadsApiModule {}
