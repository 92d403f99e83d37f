import { Controller, Get, Res } from '@nestjs/common';
import { type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { Digest } from '../../domain/digest.js';
import { OCI_INDEX } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { locationOf } from '../../http/server/origin.js';
import { linkToNext } from '../../http/oci/pagination.js';
import { Query } from '../../http/oci/query.js';
import { DigestParam, QueryString, Repository } from '../../http/oci/request-parameters.js';
import { sendJson } from '../../http/oci/send.js';
import { ReferrersService } from './referrers.service.js';

/** Referrers: end-12a and end-12b of the OCI Distribution Specification. */
@Controller('v2')
export class ReferrersController {
  constructor(private readonly referrers: ReferrersService) {}

  @Get('*name/referrers/:digest')
  @Requires('pull')
  async list(
    @Repository() repository: RepositoryName,
    @DigestParam() subject: Digest,
    @QueryString() query: Query,
    @Res() response: Response,
  ): Promise<void> {
    const artifactType = query.one('artifactType');
    const limit = query.nonNegativeInteger('n');
    const last = query.one('last');
    const after = last === undefined ? undefined : Digest.parse(last);
    const isWanted = (): boolean => !response.destroyed;
    const terms = { artifactType, after, limit };
    const page = await this.referrers.list(repository, subject, terms, isWanted);
    const next = page.next?.toString();
    const path = locationOf(response.req, `/v2/${repository}/referrers/${subject}`);
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: page.items };
    const headers = {
      ...(artifactType === undefined ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
      ...(next === undefined ? {} : linkToNext(path, { artifactType, n: limit, last: next })),
    };
    sendJson(response, 200, index, headers, OCI_INDEX);
  }
}
