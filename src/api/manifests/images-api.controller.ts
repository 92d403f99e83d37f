import { Controller, Get, Inject, Query } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type Reference } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { ReferenceParam, Repository } from '../../http/oci/request-parameters.js';
import { ManifestExplainer } from '../../inspect/manifests/explain-manifest.js';
import { Storage } from '../../storage/ports/storage.js';
import { ImageQuery, ImageViewDto } from './image-view.dto.js';
import { ImageViews } from './image-view.js';
import { RemovalDto, RemovalQuery } from './removal.dto.js';
import { RemovalPreviews } from './removal-preview.js';

/** Images as a person looks at them, and what their removal would free. */
@Controller('api/v1/repositories')
@JsonApi()
export class ImagesApiController {
  private readonly views: ImageViews;
  private readonly removals: RemovalPreviews;

  constructor(
    storage: Storage,
    explainer: ManifestExplainer,
    @Inject(section('gc')) gc: GcSettings,
  ) {
    this.views = new ImageViews(storage, explainer);
    this.removals = new RemovalPreviews(storage, explainer.content, gc);
  }

  /** Returns all that is known of the image of a tag or a digest: what it is, its layers, who holds it, and its referrers. */
  @Get('*name/images/:reference')
  @Requires('api:pull')
  get(
    @Repository() repository: RepositoryName,
    @ReferenceParam() reference: Reference,
    @Query() { platform }: ImageQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<ImageViewDto> {
    return this.views.of({ repository, reference, platform, rights });
  }

  /** Says what the removal of tags or manifests would take along, what stays, and how many bytes it would free. Nothing changes. */
  @Get('*name/removal')
  @Requires('api:pull')
  removal(
    @Repository() repository: RepositoryName,
    @Query() query: RemovalQuery,
    @RightsOfCaller() { isAdmin }: Rights,
  ): Promise<RemovalDto> {
    return this.removals.of(repository, query, isAdmin);
  }
}
