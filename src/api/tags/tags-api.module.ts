import { Module } from '@nestjs/common';

import { TagsApiController } from './tags-api.controller.js';
import { TagsApiService } from './tags-api.service.js';

@Module({ controllers: [TagsApiController], providers: [TagsApiService] })
export class TagsApiModule {}
