import { Controller, Get, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { DigestParam, Repository } from '../../http/oci/request-parameters.js';
import { sendHead } from '../../http/oci/send.js';
import { blobHeaders, sendBlob } from '../../http/oci/send-blob.js';
import { type OpenBlob } from '../../storage/ports/blob-store.js';
import { Storage } from '../../storage/ports/storage.js';

/** Anybody who may push decides what the bytes are. A browser must never show them as a page of the registry. */
const DOWNLOAD: Readonly<Record<string, string>> = {
  'Content-Disposition': 'attachment',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The bytes of manifests, configs and files. */
@Controller('api/v1/repositories')
@JsonApi()
export class ContentApiController {
  constructor(private readonly storage: Storage) {}

  /** Sends the bytes of a manifest or a blob as a download, also ranges of them. It is not counted as a pull. */
  @Get('*name/content/:digest')
  @Requires('api:pull')
  async get(
    @Repository() repository: RepositoryName,
    @DigestParam() digest: Digest,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const content = await this.open(repository, digest);
    for (const [name, value] of Object.entries(DOWNLOAD)) response.setHeader(name, value);
    if (request.method !== 'HEAD') return sendBlob(request, response, digest, content);
    await content.close();
    sendHead(response, content.size, blobHeaders(digest));
  }

  private async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob> {
    const manifest = (await this.storage.manifests.open(repository, digest))?.content;
    if (manifest instanceof Uint8Array) return openBytes(manifest);
    const found = manifest ?? (await this.storage.blobs.open(repository, digest));
    if (found !== undefined) return found;
    throw new RegistryError('blob-unknown', 'the repository does not have this content', {
      repository,
      digest: digest.toString(),
    });
  }
}

function openBytes(bytes: Uint8Array): OpenBlob {
  return {
    size: bytes.byteLength,
    read: async function* ({ start, end }: ByteRange) {
      yield bytes.subarray(start, end + 1);
    },
    close: () => Promise.resolve(),
  };
}
