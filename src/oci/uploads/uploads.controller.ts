import { Controller, Delete, Get, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { parseChunkRange, rangeLength } from '../../domain/byte-range.js';
import { networkOf } from '../../domain/client-network.js';
import { Digest, parseDigestAlgorithm } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { clientAddress, locationOf } from '../../http/server/origin.js';
import { Query } from '../../http/oci/query.js';
import { gatheredBodyOf } from '../../http/oci/gathered-body.js';
import { recordStoredBytes } from '../../http/oci/stored-bytes.js';
import {
  QueryString,
  Repository,
  tryNamedRepository,
  UploadIdParam,
} from '../../http/oci/request-parameters.js';
import { sendEmpty } from '../../http/oci/send.js';
import { UploadsService, type Chunk } from './uploads.service.js';

/** Uploads: end-4a to end-6, end-11, end-13 and end-14 of the OCI Distribution Specification. */
@Controller('v2')
export class UploadsController {
  constructor(private readonly uploads: UploadsService) {}

  @Post('*name/blobs/uploads{/}')
  @Requires('push')
  async begin(
    @Repository() repository: RepositoryName,
    @QueryString() query: Query,
    @RightsOfCaller() rights: Rights,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const mounted = await this.mount(request, repository, query, rights);
    if (mounted !== undefined) return sendCreated(response, repository, mounted);
    const digest = query.one('digest');
    if (digest !== undefined) {
      const parsed = Digest.parse(digest);
      await this.uploads.push(repository, parsed, chunkOf(request), rights.caller.name);
      return sendCreated(response, repository, parsed);
    }
    const algorithm = parseDigestAlgorithm(query.one('digest-algorithm') ?? 'sha256');
    const { name } = rights.caller;
    const owner = name ?? networkOf(clientAddress(request));
    const session = await this.uploads.begin(repository, algorithm, owner, name);
    sendProgress(response, 202, repository, session);
  }

  @Get('*name/blobs/uploads/:id')
  @Requires('push')
  async status(
    @Repository() repository: RepositoryName,
    @UploadIdParam() id: UploadId,
    @Res() response: Response,
  ): Promise<void> {
    const { offset } = await this.uploads.status(repository, id);
    sendProgress(response, 204, repository, { id, offset });
  }

  @Patch('*name/blobs/uploads/:id')
  @Requires('push')
  async append(
    @Repository() repository: RepositoryName,
    @UploadIdParam() id: UploadId,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const offset = await this.uploads.append(repository, id, chunkOf(request));
    sendProgress(response, 202, repository, { id, offset });
  }

  @Put('*name/blobs/uploads/:id')
  @Requires('push')
  async close(
    @Repository() repository: RepositoryName,
    @UploadIdParam() id: UploadId,
    @QueryString() query: Query,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const digest = Digest.parse(query.one('digest') ?? missingDigest());
    recordStoredBytes(request, await this.uploads.close(repository, id, digest, chunkOf(request)));
    sendCreated(response, repository, digest);
  }

  @Delete('*name/blobs/uploads/:id')
  @Requires('push')
  async cancel(
    @Repository() repository: RepositoryName,
    @UploadIdParam() id: UploadId,
    @Res() response: Response,
  ): Promise<void> {
    await this.uploads.cancel(repository, id);
    sendEmpty(response, 204);
  }

  /** Mounts the requested blob. Resolves to `undefined` if no mount is requested or the blob is not available. */
  private async mount(
    request: Request,
    repository: RepositoryName,
    query: Query,
    rights: Rights,
  ): Promise<Digest | undefined> {
    const mount = query.one('mount');
    if (mount === undefined) return undefined;
    const digest = Digest.parse(mount);
    const from = query.one('from');
    const source = from === undefined ? undefined : tryNamedRepository(request, from);
    // No repository has such a name. As the specification requires, the client then uploads the blob.
    if (from !== undefined && source === undefined) return undefined;
    if (source !== undefined && rights.has(source, 'pull')) {
      rights.demandToken([
        { repository, actions: ['push'] },
        { repository: source, actions: ['pull'] },
      ]);
    }
    const mayPull = (holder: RepositoryName) => rights.mayRead(holder);
    const mounted = await this.uploads.mount(repository, digest, source, mayPull);
    return mounted ? digest : undefined;
  }
}

/** Returns the chunk of a request. Without `Content-Range` it is appended to the received bytes. */
function chunkOf(request: Request): Chunk {
  const place = request.headers['content-range'];
  const range = place === undefined ? undefined : parseChunkRange(place);
  const header = request.headers['content-length'];
  const length = header === undefined ? undefined : Number(header);
  if (range !== undefined && length !== undefined && length !== rangeLength(range)) {
    throw new RegistryError('size-invalid', 'Content-Length and Content-Range differ', {
      contentLength: length,
      contentRange: place,
      expected: rangeLength(range),
    });
  }
  return { bytes: gatheredBodyOf(request), length, range };
}

/** Sends the upload's location and progress. `0-0` also stands for no bytes, because the specification has no other form. */
function sendProgress(
  response: Response,
  status: number,
  repository: RepositoryName,
  { id, offset }: Pick<UploadSession, 'id' | 'offset'>,
): void {
  sendEmpty(response, status, {
    Location: locationOf(response.req, `/v2/${repository}/blobs/uploads/${id}`),
    Range: `0-${Math.max(0, offset - 1)}`,
    'Docker-Upload-UUID': id,
  });
}

function sendCreated(response: Response, repository: RepositoryName, digest: Digest): void {
  sendEmpty(response, 201, {
    Location: locationOf(response.req, `/v2/${repository}/blobs/${digest}`),
    'Docker-Content-Digest': digest.toString(),
  });
}

function missingDigest(): never {
  throw new RegistryError('digest-invalid', 'the parameter digest is missing', {
    parameter: 'digest',
    expected: 'the digest of the whole blob, such as sha256:…',
  });
}
