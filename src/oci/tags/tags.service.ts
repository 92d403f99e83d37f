import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { RegistryError } from '../../domain/errors.js';
import { type Page } from '../../domain/page.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../../storage/ports/repository-catalog.js';
import { TagStore } from '../../storage/ports/tag-store.js';

/** Tags: OCI Distribution Specification, "Listing Tags". */
@Injectable()
export class TagsService {
  constructor(
    private readonly tags: TagStore,
    private readonly catalog: RepositoryCatalog,
    @Inject(section('content')) private readonly settings: ContentSettings,
  ) {}

  /**
   * Resolves to the tags after `last`: at most `limit`, and at most as many as the settings allow in one response.
   *
   * @throws RegistryError `name-unknown` before the repository's first manifest
   */
  async list(
    repository: RepositoryName,
    limit: number | undefined,
    last: string | undefined,
  ): Promise<Page<TagName>> {
    const most = Math.min(limit ?? Infinity, this.settings.maxListEntries);
    const page = await this.tags.page(repository, last, most);
    // Where a tag is listed, its manifest exists, and so does the repository.
    if (page.items.length > 0 || (await this.catalog.has(repository))) return page;
    throw new RegistryError('name-unknown', 'no such repository', { name: repository });
  }
}
