import { Module } from '@nestjs/common';

import { CompareApiController } from './compare-api.controller.js';
import { ContentApiController } from './content-api.controller.js';
import { ImagesApiController } from './images-api.controller.js';
import { ManifestsApiController } from './manifests-api.controller.js';

@Module({
  controllers: [
    ManifestsApiController,
    CompareApiController,
    ImagesApiController,
    ContentApiController,
  ],
})
export class ManifestsApiModule {}
