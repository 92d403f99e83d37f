import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { takePage } from '../../domain/page.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { locationOf } from '../../http/server/origin.js';
import { linkToNext } from '../../http/oci/pagination.js';
import { Query } from '../../http/oci/query.js';
import { QueryString } from '../../http/oci/request-parameters.js';
import { sendJson } from '../../http/oci/send.js';
import { RepositoryCatalog } from '../../storage/ports/repository-catalog.js';

/** Repositories per response: by default, and at most. */
const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;

/** The registry as a whole: end-1 of the OCI Distribution Specification, and the catalog known from Docker's registry. */
@Controller('v2')
export class CatalogController {
  constructor(private readonly catalog: RepositoryCatalog) {}

  @Get('{/}')
  @Requires('login')
  apiVersion(@Res() response: Response): void {
    sendJson(response, 200, {}, { 'Docker-Distribution-Api-Version': 'registry/2.0' });
  }

  @Get('_catalog')
  @Requires('catalog')
  async list(
    @QueryString() query: Query,
    @RightsOfCaller() rights: Rights,
    @Res() response: Response,
  ): Promise<void> {
    const n = Math.min(query.nonNegativeInteger('n') ?? PAGE_DEFAULT, PAGE_MAX);
    const { items, more } = await takePage(
      readable(this.catalog.list(query.one('last'), n + 1), rights),
      n,
    );
    const path = locationOf(response.req, '/v2/_catalog');
    const headers = more ? linkToNext(path, { n, last: items.at(-1) }) : {};
    sendJson(response, 200, { repositories: items }, headers);
  }
}

/** Yields the repositories that the caller may pull from. The existence of all others stays secret. */
async function* readable(
  all: AsyncIterable<RepositoryName>,
  rights: Rights,
): AsyncIterable<RepositoryName> {
  for await (const repository of all) {
    if (rights.has(repository, 'pull')) yield repository;
  }
}
