import { Controller, Get, Inject, Query } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { JsonApi } from '../../http/api/json-api.js';
import { DigestParam, Repository } from '../../http/oci/request-parameters.js';
import { ManifestExplainer } from '../../inspect/manifests/explain-manifest.js';
import { holdersOf, referrerTree } from '../../inspect/manifests/manifest-relations.js';
import { Storage } from '../../storage/ports/storage.js';
import {
  HoldersDto,
  ManifestDto,
  ReferrersDto,
  UntaggedDto,
  UntaggedQuery,
} from './manifests-api.dto.js';
import { shownManifest, shownReferrer } from './shown-manifest.js';
import { UntaggedManifests } from './untagged-manifests.js';

/** What manifests are, what refers to them, and what leads to them. */
@Controller('api/v1/repositories')
@JsonApi()
export class ManifestsApiController {
  private readonly untagged: UntaggedManifests;

  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
    @Inject(section('gc')) { untagged }: GcSettings,
  ) {
    this.untagged = new UntaggedManifests(storage, explainer, untagged === 'keep');
  }

  /** Explains a manifest: its config, its layers with the commands that made them, or the entries of an index. */
  @Get('*name/manifests/:digest')
  @Requires('api:pull')
  async get(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
  ): Promise<ManifestDto> {
    const explained = await this.explainer.explain(repository, digest);
    if (explained === undefined) throw unknownManifest(repository, digest);
    const usage = await this.storage.usage.of(repository);
    return shownManifest(explained, usage.get(digest.toString()) ?? {});
  }

  /** Returns the referrers of a manifest as a tree. */
  @Get('*name/manifests/:digest/referrers')
  @Requires('api:pull')
  async referrers(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
  ): Promise<ReferrersDto> {
    const { referrers, more } = await referrerTree(this.storage, repository, digest);
    return { referrers: referrers.map(shownReferrer), more };
  }

  /** Returns the tags and indexes that lead to a manifest. */
  @Get('*name/manifests/:digest/holders')
  @Requires('api:pull')
  async holders(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
  ): Promise<HoldersDto> {
    if ((await this.storage.manifests.stat(repository, digest)) === undefined) {
      throw unknownManifest(repository, digest);
    }
    const { tags, indexes, more } = await holdersOf(this.storage, repository, digest);
    return { tags: [...tags], indexes: indexes.map((index) => index.toString()), more };
  }

  /** Lists the manifests that no tag points to, and no tagged index lists, and why they are kept. */
  @Get('*name/untagged')
  @Requires('api:pull')
  async listUntagged(
    @Repository() repository: RepositoryName,
    @Query() query: UntaggedQuery,
  ): Promise<UntaggedDto> {
    if (!(await this.storage.catalog.has(repository))) {
      throw unknownRepository(repository);
    }
    return this.untagged.page(repository, query);
  }
}

function unknownManifest(repository: RepositoryName, digest: Digest): RegistryError {
  return new RegistryError('manifest-unknown', 'no such manifest', {
    repository,
    digest: digest.toString(),
  });
}
