import { Controller, Delete, Get, HttpCode, Query, Req } from '@nestjs/common';
import { type Request } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { MirrorControl } from '../../domain/mirror-control.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { JsonApi } from '../../http/api/json-api.js';
import { eventOriginOf } from '../../http/oci/event-origin.js';
import { Repository } from '../../http/oci/request-parameters.js';
import { isDirectlyIn } from '../../inspect/repositories/repository-folders.js';
import { RepositoryIndex } from '../../inspect/repositories/repository-index.js';
import { type RepositorySort } from '../../inspect/repositories/repository-table.js';
import { Storage } from '../../storage/ports/storage.js';
import { removeContent } from '../../storage/protocol/remove-content.js';
import {
  RemovedRepositoryDto,
  RepositoriesDto,
  RepositoriesQuery,
  RepositoryDto,
} from './repositories-api.dto.js';
import { shownRepositories, shownRepository, type RepositoryFacts } from './shown-repository.js';

/** Repositories: search, look and delete. */
@Controller('api/v1/repositories')
@JsonApi()
export class RepositoriesApiController {
  constructor(
    private readonly storage: Storage,
    private readonly index: RepositoryIndex,
    private readonly mirrors: MirrorControl,
  ) {}

  /** Lists the repositories from which the caller may pull. */
  @Get()
  @Requires('api')
  async list(
    @Query() { limit, cursor, q, sort, under }: RepositoriesQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<RepositoriesDto> {
    if (sort.endsWith('unique')) rights.demandAdmin();
    const allows = (name: RepositoryName): boolean => rights.has(name, 'pull');
    const { items, next, asOf } = await this.index.page({
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(q !== undefined && { search: q }),
      ...orderOf(sort),
      allows: (name) => (under === undefined || isDirectlyIn(name, under)) && allows(name),
    });
    const isTree = under !== undefined && cursor === undefined;
    return {
      repositories: await shownRepositories(items, rights, this.facts),
      ...(isTree && { folders: await this.index.folders(under, allows) }),
      ...(next !== undefined && { next }),
      asOf: new Date(asOf).toISOString(),
    };
  }

  /** Returns a repository with its figures. */
  @Get('*name')
  @Requires('api:pull')
  async get(
    @Repository() repository: RepositoryName,
    @RightsOfCaller() rights: Rights,
  ): Promise<RepositoryDto> {
    const found = await this.index.find(repository);
    if (found !== undefined) return shownRepository(found, rights, this.facts);
    throw unknownRepository(repository);
  }

  /** Deletes a repository with its tags, manifests and uploads. Its blobs are freed by the next collection. */
  @Delete('*name')
  @HttpCode(200)
  @Requires('api:delete')
  async remove(
    @Repository() repository: RepositoryName,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
  ): Promise<RemovedRepositoryDto> {
    if (!(await this.storage.catalog.has(repository))) {
      throw unknownRepository(repository);
    }
    const remover = {
      origin: eventOriginOf(request),
      ...(caller.name !== undefined && { by: caller.name }),
    };
    const manifests = await removeContent(this.storage, repository, remover);
    this.index.changed(repository);
    return {
      repository,
      manifests,
      freed: 'blobs that only it had are freed by the next collection',
    };
  }

  private get facts(): RepositoryFacts {
    return { mirrors: this.mirrors, usage: this.storage.usage };
  }
}

/** What the API and the index call the orders. */
const ORDERS: Readonly<Record<string, RepositorySort>> = {
  name: 'name',
  size: 'size',
  unique: 'unique',
  pushedAt: 'pushed',
};

function orderOf(sort: string): { sort: RepositorySort; descending: boolean } {
  const descending = sort.startsWith('-');
  return { sort: ORDERS[descending ? sort.slice(1) : sort] ?? 'name', descending };
}
