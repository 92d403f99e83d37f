import { Module, type DynamicModule } from '@nestjs/common';

import { FallbackReferrers } from './fallback-referrers.js';
import { ManifestRemoval } from './manifest-removal.js';
import { ManifestsController } from './manifests.controller.js';
import { ManifestsService } from './manifests.service.js';
import { PublishCheck } from './publish-check.js';
import { PUBLISH_RULES, type PublishRule } from './publish-rule.js';
import { ReferrersController } from './referrers.controller.js';
import { TagChangesApiController } from './tag-changes-api.controller.js';
import { TagChanges } from './tag-changes.js';
import { ReferrersService } from './referrers.service.js';

/** Manifests and their referrers. */
@Module({})
export class ManifestsModule {
  /** @param rules checked in this order for each manifest */
  static under(rules: readonly PublishRule[]): DynamicModule {
    return {
      module: ManifestsModule,
      controllers: [ManifestsController, ReferrersController, TagChangesApiController],
      providers: [
        { provide: PUBLISH_RULES, useValue: rules },
        FallbackReferrers,
        PublishCheck,
        ManifestsService,
        ManifestRemoval,
        TagChanges,
        ReferrersService,
      ],
    };
  }
}
