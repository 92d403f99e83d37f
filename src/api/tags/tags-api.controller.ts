import { Controller, Get, Query, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { repositoryRights } from '../../http/api/repository-rights.dto.js';
import { Repository, TagParam } from '../../http/oci/request-parameters.js';
import {
  HistoryQuery,
  RepositoryHistoryDto,
  TagDto,
  TagHistoryDto,
  TagsDto,
  TagsQuery,
} from './tags-api.dto.js';
import { TagsApiService } from './tags-api.service.js';

/** Tags with their images and their history. */
@Controller('api/v1/repositories')
@JsonApi()
export class TagsApiController {
  constructor(private readonly tags: TagsApiService) {}

  /** Lists the tags of a repository. */
  @Get('*name/tags')
  @Requires('api:pull')
  list(@Repository() repository: RepositoryName, @Query() query: TagsQuery): Promise<TagsDto> {
    return this.tags.list(repository, query);
  }

  /** Returns a tag. Its ETag is the digest, for `If-Match` of a change. */
  @Get('*name/tags/:tag')
  @Requires('api:pull')
  async get(
    @Repository() repository: RepositoryName,
    @TagParam() tag: TagName,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TagDto> {
    const found = await this.tags.get(repository, tag);
    response.setHeader('ETag', `"${found.digest}"`);
    return found;
  }

  /** Returns the last changes of a tag, also after its removal. */
  @Get('*name/tags/:tag/history')
  @Requires('api:pull')
  history(
    @Repository() repository: RepositoryName,
    @TagParam() tag: TagName,
  ): Promise<TagHistoryDto> {
    return this.tags.history(repository, tag);
  }

  /** Returns the changes of all tags of a repository, also of removed ones. */
  @Get('*name/history')
  @Requires('api:pull')
  async historyOfAll(
    @Repository() repository: RepositoryName,
    @Query() query: HistoryQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<RepositoryHistoryDto> {
    const page = await this.tags.historyOfAll(repository, query);
    return { ...page, rights: repositoryRights(rights, repository) };
  }
}
