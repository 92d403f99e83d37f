import { Module } from '@nestjs/common';

import { CompareApiController } from './compare-api.controller.js';
import { ManifestsApiController } from './manifests-api.controller.js';

@Module({ controllers: [ManifestsApiController, CompareApiController] })
export class ManifestsApiModule {}
