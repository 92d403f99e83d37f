import { Module } from '@nestjs/common';

import { StorageApiController } from './storage-api.controller.js';

@Module({ controllers: [StorageApiController] })
export class StorageApiModule {}
