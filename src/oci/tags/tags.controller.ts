import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { locationOf } from '../../http/server/origin.js';
import { linkToNext } from '../../http/oci/pagination.js';
import { Query } from '../../http/oci/query.js';
import { QueryString, Repository } from '../../http/oci/request-parameters.js';
import { sendJson } from '../../http/oci/send.js';
import { TagsService } from './tags.service.js';

/** Tags: end-8a and end-8b of the OCI Distribution Specification. */
@Controller('v2')
export class TagsController {
  constructor(private readonly tags: TagsService) {}

  @Get('*name/tags/list')
  @Requires('pull')
  async list(
    @Repository() repository: RepositoryName,
    @QueryString() query: Query,
    @Res() response: Response,
  ): Promise<void> {
    const n = query.nonNegativeInteger('n');
    const { items, more } = await this.tags.list(repository, n, query.one('last'));
    const path = locationOf(response.req, `/v2/${repository}/tags/list`);
    const headers = more ? linkToNext(path, { n, last: items.at(-1) }) : {};
    sendJson(response, 200, { name: repository, tags: items }, headers);
  }
}
