import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { takePage } from '../../domain/page.js';
import { tryParseUploadId, type UploadSession } from '../../domain/upload-session.js';
import { JsonApi } from '../../http/api/json-api.js';
import { UploadStore } from '../../storage/ports/upload-store.js';
import { unknownUpload } from '../../storage/protocol/failures.js';
import { UploadsDto, UploadsQuery } from './uploads-api.dto.js';

/** Uploads in progress. */
@Controller('api/v1/uploads')
@JsonApi()
export class UploadsApiController {
  constructor(private readonly uploads: UploadStore) {}

  /** Lists uploads in repositories to which the caller may push. */
  @Get()
  @Requires('api')
  async list(
    @Query() { limit }: UploadsQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<UploadsDto> {
    const { items, more } = await takePage(this.ofCaller(rights), limit);
    const uploads = items.map(({ id, repository, offset }) => {
      return { id, repository, receivedBytes: offset };
    });
    return { uploads, more };
  }

  /** Ends an upload and deletes its bytes. Needs the right to push to its repository. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('api:change')
  async discard(@Param('id') text: string, @RightsOfCaller() rights: Rights): Promise<void> {
    const id = tryParseUploadId(text);
    for await (const upload of this.ofCaller(rights)) {
      if (upload.id !== id) continue;
      return (await this.uploads.open(upload.repository, upload.id)).discard();
    }
    throw unknownUpload();
  }

  private async *ofCaller(rights: Rights): AsyncIterable<UploadSession> {
    for await (const upload of this.uploads.idleSince(Infinity)) {
      const { repository } = upload;
      if (rights.has(repository, 'pull') && rights.has(repository, 'push')) yield upload;
    }
  }
}
