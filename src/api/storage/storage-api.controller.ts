import { Controller, Get, Inject, Query } from '@nestjs/common';

import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type Digest } from '../../domain/digest.js';
import { JsonApi } from '../../http/api/json-api.js';
import { DigestParam } from '../../http/oci/request-parameters.js';
import { RepositoryIndex } from '../../inspect/repositories/repository-index.js';
import { type IndexedRepository } from '../../inspect/repositories/repository-table.js';
import { largestBlobs, storageFigures } from '../../inspect/storage/storage-figures.js';
import { type GrowthPoint } from '../../storage/ports/statistics.js';
import { Storage } from '../../storage/ports/storage.js';
import {
  LargestBlobsDto,
  LargestQuery,
  ReasonsDto,
  StorageDto,
  StorageOverviewDto,
  type GrowthPointDto,
  type LargestRepositoryDto,
  type ReasonDto,
} from './storage-api.dto.js';

/** How many bytes what takes, and why it stays. */
@Controller('api/v1/storage')
@JsonApi()
export class StorageApiController {
  constructor(
    private readonly storage: Storage,
    private readonly index: RepositoryIndex,
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

  /** Returns what takes the space, as far as the caller may see it: the totals, and the largest repositories and blobs. */
  @Get('overview')
  @Requires('api')
  async overview(
    @Query() { limit }: LargestQuery,
    @RightsOfCaller() rights: Rights,
  ): Promise<StorageOverviewDto> {
    const { isAdmin } = rights;
    const { items } = await this.index.page({
      limit,
      sort: isAdmin ? 'unique' : 'size',
      descending: true,
      allows: (name) => rights.has(name, 'pull'),
    });
    return {
      ...(isAdmin && { storage: await this.get() }),
      repositories: items.map((item) => shownRepository(item, isAdmin)),
      blobs: await this.largest({ limit }, rights),
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

/** What a repository shares would tell who else has its blobs, so that only administrators learn it. */
function shownRepository(
  { name, figures }: IndexedRepository,
  isAdmin: boolean,
): LargestRepositoryDto {
  if (figures === undefined) return { name };
  const { tags, logicalBytes, uniqueBytes, sharedBytes } = figures;
  return { name, tags, logicalBytes, ...(isAdmin && { uniqueBytes, sharedBytes }) };
}

function shownPoint({ at, ...totals }: GrowthPoint): GrowthPointDto {
  return { at: new Date(at).toISOString(), ...totals };
}
