import { Module } from '@nestjs/common';

import { RepositoriesApiController } from './repositories-api.controller.js';

@Module({ controllers: [RepositoriesApiController] })
export class RepositoriesApiModule {}
