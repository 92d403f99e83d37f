import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { parseReference } from '../../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { sendLines } from '../../http/api/send-lines.js';
import { Repository } from '../../http/oci/request-parameters.js';
import { clientAddress } from '../../http/server/origin.js';
import { chooseImage, type ChosenImage } from '../../inspect/images/chosen-image.js';
import { FileComparisons, type ReadLayers } from '../../inspect/images/compare-files.js';
import { compareImages } from '../../inspect/images/compare-images.js';
import { ManifestExplainer } from '../../inspect/manifests/explain-manifest.js';
import { Storage } from '../../storage/ports/storage.js';
import { CompareFilesQuery, CompareQuery, ComparisonDto } from './manifests-api.dto.js';
import { shownLayer } from './shown-manifest.js';
import { withProgress } from './with-progress.js';

/** How often the progress of a comparison is sent. In milliseconds. */
const SHOWN_MS = 500;

/** Compares two images. */
@Controller('api/v1/repositories')
@JsonApi()
export class CompareApiController {
  private readonly files: FileComparisons;

  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
  ) {
    this.files = new FileComparisons(storage);
  }

  /** Returns how two images differ in their layers and configs. */
  @Get('*name/compare')
  @Requires('api:pull')
  async compare(
    @Repository() repository: RepositoryName,
    @Query() query: CompareQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<ComparisonDto> {
    const [a, b] = await this.chosen(repository, query, rights);
    const { layers, env, labels, fields, ...rest } = await compareImages(
      this.explainer.content,
      a,
      b,
    );
    return {
      ...rest,
      a: a.digest.toString(),
      b: b.digest.toString(),
      layers: {
        shared: layers.shared.map(shownLayer),
        onlyA: layers.onlyA.map(shownLayer),
        onlyB: layers.onlyB.map(shownLayer),
      },
      env: [...env],
      labels: [...labels],
      fields: [...fields],
    };
  }

  /** Streams one line of JSON for each file that differs, after reading the layers of both images. */
  @Get('*name/compare/files')
  @Requires('api:pull')
  async compareFiles(
    @Repository() repository: RepositoryName,
    @Query() query: CompareFilesQuery,
    @RightsOfCaller() rights: Rights,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [a, b] = await this.chosen(repository, query, rights);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const caller = rights.caller.name ?? clientAddress(request);
    let read: ReadLayers | undefined;
    const options = {
      caller,
      signal: left.signal,
      onRead: (now: ReadLayers) => void (read = now),
    };
    const changes = this.files.compare(a, b, options);
    const lines =
      query.progress === 'true' ? withProgress<object>(changes, () => read, SHOWN_MS) : changes;
    await sendLines<object>(request, response, lines, (line) => line);
  }

  private async chosen(
    repository: RepositoryName,
    { a, b, with: other, platform }: CompareQuery,
    rights: Rights,
  ): Promise<readonly [ChosenImage, ChosenImage]> {
    const second = other === undefined ? repository : parseRepositoryName(other);
    rights.demandInApi(second, 'pull');
    const choose = (name: RepositoryName, reference: string): Promise<ChosenImage> =>
      chooseImage(this.storage, this.explainer.content, {
        repository: name,
        reference: parseReference(reference),
        ...(platform !== undefined && { platform }),
      });
    return [await choose(repository, a), await choose(second, b)];
  }
}
