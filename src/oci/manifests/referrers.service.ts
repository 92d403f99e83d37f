import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { ManifestStore } from '../../storage/ports/manifest-store.js';
import { FallbackReferrers } from './fallback-referrers.js';
import { mergeCandidates, takeReferrers, type ReferrersPage } from './referrers-page.js';

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
    private readonly fallback: FallbackReferrers,
    @Inject(section('content')) private readonly settings: ContentSettings,
  ) {}

  /** @param isWanted returns false when the client no longer waits for the response */
  async list(
    repository: RepositoryName,
    subject: Digest,
    { artifactType, after, limit: wanted = Infinity }: ReferrersQuery,
    isWanted: () => boolean,
  ): Promise<ReferrersPage> {
    const limit = Math.min(wanted, this.settings.maxListEntries);
    const all = mergeCandidates(
      this.manifests.referrers(repository, subject, after, limit + 1),
      this.fallback.list(repository, subject, after, isWanted),
    );
    return takeReferrers(all, { artifactType, limit, isWanted });
  }
}
