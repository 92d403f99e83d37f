import { Module, type DynamicModule } from '@nestjs/common';

import { ManifestsController } from './manifests.controller.js';
import { ManifestsService } from './manifests.service.js';
import { PublishCheck } from './publish-check.js';
import { PublishRules } from './publish-rules.js';
import { ReferrersController } from './referrers.controller.js';
import { ReferrersService } from './referrers.service.js';

/** Manifests and their referrers. */
@Module({})
export class ManifestsModule {
  /** @param rules what a manifest must be to be published */
  static under(rules: PublishRules): DynamicModule {
    return {
      module: ManifestsModule,
      controllers: [ManifestsController, ReferrersController],
      providers: [
        { provide: PublishRules, useValue: rules },
        PublishCheck,
        ManifestsService,
        ReferrersService,
      ],
    };
  }
}
