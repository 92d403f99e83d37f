import { Controller, Get, Inject, Query } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type Digest } from '../../domain/digest.js';
import { JsonApi } from '../../http/api/json-api.js';
import { DigestParam } from '../../http/oci/request-parameters.js';
import { largestBlobs, storageFigures } from '../../inspect/storage/storage-figures.js';
import { type GrowthPoint } from '../../storage/ports/statistics.js';
import { Storage } from '../../storage/ports/storage.js';
import {
  LargestBlobsDto,
  LargestQuery,
  ReasonsDto,
  StorageDto,
  type GrowthPointDto,
  type ReasonDto,
} from './storage-api.dto.js';

/** How many bytes what takes, and why it stays. */
@Controller('api/v1/storage')
@JsonApi()
export class StorageApiController {
  constructor(
    private readonly storage: Storage,
    @Inject(section('gc')) private readonly gc: GcSettings,
  ) {}

  /** Returns the totals of the storage and their growth. Needs an administrator. */
  @Get()
  @Requires('api:admin')
  async get(): Promise<StorageDto> {
    const figures = await storageFigures(this.storage);
    const free = await this.storage.freeBytes?.();
    return {
      description: this.storage.description,
      ...(free !== undefined && { freeBytes: free }),
      ...(figures && {
        asOf: new Date(figures.asOf).toISOString(),
        totals: figures.totals,
        savedBytes: figures.sharingSaves,
      }),
      growth: figures?.growth.map(shownPoint) ?? [],
    };
  }

  /** Lists the largest blobs of the repositories from which the caller may pull. */
  @Get('largest')
  @Requires('api')
  async largest(
    @Query() { limit }: LargestQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<LargestBlobsDto> {
    const found = await largestBlobs(this.storage, limit, (name) => rights.has(name, 'pull'));
    if (found === undefined) return { blobs: [] };
    const blobs = found.blobs.map(({ digest, size, repositories }) => {
      return { digest: digest.toString(), size, repositories: [...repositories] };
    });
    return { asOf: new Date(found.asOf).toISOString(), blobs };
  }

  /** Returns what keeps some content in each repository that has it. Needs an administrator. */
  @Get('why/:digest')
  @Requires('api:admin')
  async why(@DigestParam() digest: Digest): Promise<ReasonsDto> {
    const reasons: ReasonDto[] = [];
    const rules = { keepUntagged: this.gc.untagged === 'keep' };
    for await (const { lastUsed, chain, ...reason } of this.storage.collector?.explain(
      digest,
      rules,
    ) ?? []) {
      reasons.push({
        ...reason,
        chain: [...chain],
        lastUsedAt: new Date(lastUsed).toISOString(),
      });
    }
    return { digest: digest.toString(), reasons };
  }
}

function shownPoint({ at, ...totals }: GrowthPoint): GrowthPointDto {
  return { at: new Date(at).toISOString(), ...totals };
}
