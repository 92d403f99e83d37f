import { Controller, Delete, Get, Head, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { DigestParam, Repository } from '../../http/oci/request-parameters.js';
import { blobHeaders, sendBlob, sendFrom } from '../../http/oci/send-blob.js';
import { isConditional, sendNotModified, sendEmpty, sendHead } from '../../http/oci/send.js';
import { BlobsService } from './blobs.service.js';

/** Blobs: end-2 and end-10 of the OCI Distribution Specification. */
@Controller('v2')
export class BlobsController {
  constructor(private readonly blobs: BlobsService) {}

  @Head('*name/blobs/:digest')
  @Requires('pull')
  async head(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const size = await this.blobs.size(repository, digest);
    if (sendNotModified(request, response, digest)) return;
    sendHead(response, size, blobHeaders(digest));
  }

  @Get('*name/blobs/:digest')
  @Requires('pull')
  async get(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (isConditional(request)) {
      await this.blobs.size(repository, digest);
      if (sendNotModified(request, response, digest)) return;
    }
    const place = await this.blobs.placeToSend(repository, digest);
    if (place !== undefined) return sendFrom(response, digest, place);
    await sendBlob(request, response, digest, await this.blobs.open(repository, digest));
  }

  @Delete('*name/blobs/:digest')
  @Requires('delete')
  async remove(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
    @Res() response: Response,
  ): Promise<void> {
    await this.blobs.remove(repository, digest);
    sendEmpty(response, 202);
  }
}
