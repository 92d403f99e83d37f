import { Module } from '@nestjs/common';

import { ManifestsController } from './manifests.controller.js';
import { ManifestsService } from './manifests.service.js';
import { ReferrersController } from './referrers.controller.js';
import { ReferrersService } from './referrers.service.js';

@Module({
  controllers: [ManifestsController, ReferrersController],
  providers: [ManifestsService, ReferrersService],
})
export class ManifestsModule {}
