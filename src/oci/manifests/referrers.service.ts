import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { takePage, type Page } from '../../domain/page.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { ManifestStore } from '../../storage/ports/manifest-store.js';
import { TagStore } from '../../storage/ports/tag-store.js';
import { fallbackReferrers, mergeReferrers } from './fallback-referrers.js';

/** How many bytes of referrers one response has at most. It is an index, and clients read indexes of up to 4 MiB. */
const PAGE_BYTES = 3 * 1024 * 1024;

/** The criteria of a referrers request. */
export interface ReferrersQuery {
  readonly artifactType: string | undefined;
  /** Only referrers after this digest. */
  readonly after: Digest | undefined;
  readonly limit: number | undefined;
}

/** Referrers: OCI Distribution Specification, "Listing Referrers". */
@Injectable()
export class ReferrersService {
  constructor(
    private readonly manifests: ManifestStore,
    private readonly tags: TagStore,
    @Inject(section('content')) private readonly settings: ContentSettings,
  ) {}

  async list(
    repository: RepositoryName,
    subject: Digest,
    { artifactType, after, limit = Infinity }: ReferrersQuery,
  ): Promise<Page<Descriptor>> {
    const most = Math.min(limit, this.settings.maxListEntries);
    const all = mergeReferrers(
      this.manifests.referrers(repository, subject, after, most + 1),
      fallbackReferrers(repository, subject, after, this.manifests, this.tags),
    );
    const wanted = artifactType === undefined ? all : ofType(all, artifactType);
    return takePage(wanted, most, {
      bytes: PAGE_BYTES,
      sizeOf: (descriptor) => Buffer.byteLength(JSON.stringify(descriptor)),
    });
  }
}

async function* ofType(
  descriptors: AsyncIterable<Descriptor>,
  artifactType: string,
): AsyncIterable<Descriptor> {
  for await (const descriptor of descriptors) {
    if (descriptor.artifactType === artifactType) yield descriptor;
  }
}
