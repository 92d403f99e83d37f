import { Controller, Delete, Get, Head, Inject, Put, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { BodyMemory, type BodyLimits } from '../../domain/body-memory.js';
import { RegistryError } from '../../domain/errors.js';
import { tryParseMediaType } from '../../domain/media-type.js';
import { parseTagName, type Reference, type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { locationOf } from '../../http/server/origin.js';
import { Query } from '../../http/oci/query.js';
import { eventOriginOf } from '../../http/oci/event-origin.js';
import { recordManifest } from '../../http/oci/manifest-of-request.js';
import { withBody } from '../../http/oci/request-body.js';
import { QueryString, ReferenceParam, Repository } from '../../http/oci/request-parameters.js';
import { sendWhole } from '../../http/oci/send-blob.js';
import {
  digestHeaders,
  isConditional,
  sendNotModified,
  sendBytes,
  sendEmpty,
  sendHead,
} from '../../http/oci/send.js';
import { ManifestRemoval } from './manifest-removal.js';
import { ManifestsService } from './manifests.service.js';

/** How many tags one push may set. The specification requires at least 10. */
const MAX_TAGS = 100;

/** Manifests: end-3, end-7a, end-7b and end-9 of the OCI Distribution Specification. */
@Controller('v2')
export class ManifestsController {
  private readonly limits: BodyLimits;

  constructor(
    private readonly manifests: ManifestsService,
    private readonly removal: ManifestRemoval,
    @Inject(section('content')) { maxManifestBytes, maxManifestMemory }: ContentSettings,
  ) {
    // A single manifest of the largest allowed size must always fit.
    const memory = new BodyMemory(Math.max(maxManifestBytes, maxManifestMemory));
    this.limits = { maxBytes: maxManifestBytes, memory };
  }

  @Head('*name/manifests/:reference')
  @Requires('pull')
  async head(
    @Repository() repository: RepositoryName,
    @ReferenceParam() reference: Reference,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { digest, mediaType, size } = await this.manifests.describe(repository, reference);
    if (sendNotModified(request, response, digest)) return;
    sendHead(response, size, { ...digestHeaders(digest), 'Content-Type': mediaType });
  }

  @Get('*name/manifests/:reference')
  @Requires('pull')
  async get(
    @Repository() repository: RepositoryName,
    @ReferenceParam() reference: Reference,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (isConditional(request)) {
      const current = await this.manifests.describe(repository, reference);
      if (sendNotModified(request, response, current.digest)) return;
    }
    const { digest, mediaType, content } = await this.manifests.open(repository, reference);
    if ('close' in content) return sendWhole(response, digest, content, mediaType);
    recordManifest(request, content);
    sendBytes(response, 200, mediaType, content, digestHeaders(digest));
  }

  @Put('*name/manifests/:reference')
  @Requires('push')
  async put(
    @Repository() repository: RepositoryName,
    @ReferenceParam() reference: Reference,
    @QueryString() query: Query,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const tags = tagsOf(query);
    const contentType = contentTypeOf(request);
    const origin = eventOriginOf(request);
    const { digest, manifest } = await withBody(request, this.limits, (bytes) =>
      this.manifests.put(repository, { reference, tags, contentType, bytes, caller, origin }),
    );
    recordManifest(request, manifest);
    const { subject } = manifest;
    sendEmpty(response, 201, {
      Location: locationOf(request, `/v2/${repository}/manifests/${digest}`),
      'Docker-Content-Digest': digest.toString(),
      ...(tags.length === 0 ? {} : { 'OCI-Tag': tags.join(', ') }),
      ...(subject === undefined ? {} : { 'OCI-Subject': subject.digest.toString() }),
    });
  }

  @Delete('*name/manifests/:reference')
  @Requires('delete')
  async remove(
    @Repository() repository: RepositoryName,
    @ReferenceParam() reference: Reference,
    @RightsOfCaller() { caller }: Rights,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.removal.remove(repository, reference, {
      ...(caller.name !== undefined && { by: caller.name }),
      origin: eventOriginOf(request),
    });
    sendEmpty(response, 202);
  }
}

function tagsOf(query: Query): TagName[] {
  const tags = query.all('tag');
  if (tags.length <= MAX_TAGS) return [...new Set(tags.map(parseTagName))];
  throw new RegistryError('too-many-tags', `a push may set at most ${MAX_TAGS} tags`, {
    tags: tags.length,
    limit: MAX_TAGS,
  });
}

function contentTypeOf(request: Request): ReturnType<typeof tryParseMediaType> {
  const header = request.headers['content-type'];
  if (header === undefined) return undefined;
  const mediaType = tryParseMediaType(header);
  if (mediaType !== undefined) return mediaType;
  throw new RegistryError('manifest-invalid', 'the Content-Type is not a media type', {
    contentType: header.slice(0, 200),
  });
}
