import { Inject, Injectable } from '@nestjs/common';

import { section } from '../../config/config.module.js';
import { type ContentSettings } from '../../config/sections/content.settings.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { Digest } from '../../domain/digest.js';
import { type Reference } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestRemovalOptions,
  type ReachabilityRules,
  type RemovedManifest,
} from '../../storage/ports/manifest-store.js';
import { TagStore } from '../../storage/ports/tag-store.js';
import { unknownManifest } from './unknown-manifest.js';

/** Who removes something, and by which request. */
export type Remover = Pick<ManifestRemovalOptions, 'by' | 'origin'>;

/** Deletes manifests and tags: OCI Distribution Specification, "Content Management". */
@Injectable()
export class ManifestRemoval {
  /** Absent where an index may lack its entries. */
  private readonly unlessListed: ReachabilityRules | undefined;

  constructor(
    private readonly manifests: ManifestStore,
    private readonly tags: TagStore,
    @Inject(section('content')) { sparseManifests }: ContentSettings,
    @Inject(section('gc')) { untagged }: GcSettings,
  ) {
    const isWhole = sparseManifests === 'none';
    this.unlessListed = isWhole ? { keepUntagged: untagged === 'keep' } : undefined;
  }

  /**
   * Removes a tag, or a manifest with all its tags. The history of the tags and the events name `remover`.
   *
   * @throws RegistryError `manifest-unknown`, or `denied` for a manifest that a reachable index lists
   */
  async remove(
    repository: RepositoryName,
    reference: Reference,
    remover: Remover = {},
  ): Promise<void> {
    if (reference instanceof Digest) {
      await this.removeManifest(repository, reference, remover);
      return;
    }
    if (!(await this.tags.remove(repository, reference, remover))) throw unknownManifest(reference);
  }

  /** Removes a manifest, and resolves to what went with it. @throws RegistryError as `remove` does */
  async removeManifest(
    repository: RepositoryName,
    digest: Digest,
    remover: Remover,
  ): Promise<RemovedManifest> {
    const { unlessListed } = this;
    const options = { ...remover, ...(unlessListed && { unlessListed }) };
    const removed = await this.manifests.remove(repository, digest, options);
    if (removed === undefined) throw unknownManifest(digest);
    return removed;
  }
}
