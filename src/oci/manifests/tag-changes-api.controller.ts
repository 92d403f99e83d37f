import { Body, Controller, Delete, HttpCode, Put, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { preconditionOf } from '../../http/api/preconditions.js';
import { eventOriginOf } from '../../http/oci/event-origin.js';
import { DigestParam, Repository, TagParam } from '../../http/oci/request-parameters.js';
import { NewTagDto, RemovedManifestDto, RemovedTagDto, SetTagDto } from './tag-changes-api.dto.js';
import { TagChanges } from './tag-changes.js';

/** Changes of tags and manifests. `If-Match` with the ETag of a tag makes a change conditional. */
@Controller('api/v1/repositories')
@JsonApi()
export class TagChangesApiController {
  constructor(private readonly changes: TagChanges) {}

  /** Points a tag to a manifest of the same repository: a new tag, a move, or the way back to an earlier state. */
  @Put('*name/tags/:tag')
  @Requires('api:push')
  async set(
    @Repository() repository: RepositoryName,
    @TagParam() tag: TagName,
    @Body() body: NewTagDto,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SetTagDto> {
    const digest = Digest.parse(body.digest);
    const previous = await this.changes.set(repository, tag, {
      digest,
      caller,
      origin: eventOriginOf(request),
      precondition: preconditionOf(request),
    });
    response.setHeader('ETag', `"${digest}"`);
    return {
      tag,
      digest: digest.toString(),
      ...(previous && { previous: previous.toString() }),
    };
  }

  /** Removes a tag alone. Its manifest, and other tags of it, stay. */
  @Delete('*name/tags/:tag')
  @HttpCode(200)
  @Requires('api:delete')
  async removeTag(
    @Repository() repository: RepositoryName,
    @TagParam() tag: TagName,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
  ): Promise<RemovedTagDto> {
    const removed = await this.changes.remove(repository, tag, {
      caller,
      origin: eventOriginOf(request),
      precondition: preconditionOf(request),
    });
    const { digest, otherTags, manifest } = removed;
    return { tag, digest: digest.toString(), otherTags: [...otherTags], manifest };
  }

  /** Removes a manifest with all tags that point to it, unless an index lists it. */
  @Delete('*name/manifests/:digest')
  @HttpCode(200)
  @Requires('api:delete')
  async removeManifest(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
  ): Promise<RemovedManifestDto> {
    const origin = eventOriginOf(request);
    const tags = await this.changes.removeManifest(repository, digest, { caller, origin });
    return { digest: digest.toString(), tags: [...tags] };
  }
}
