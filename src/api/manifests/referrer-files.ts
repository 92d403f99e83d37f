import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type KnownContent } from '../../inspect/manifests/known-content.js';
import {
  type ReferrerNode,
  type ReferrerTree,
} from '../../inspect/manifests/manifest-relations.js';
import { type LayerDto, type ReferrerDto, type ReferrersDto } from './manifests-api.dto.js';
import { shownLayer, shownReferrer } from './shown-manifest.js';

/** How many files of one referrer are listed. */
const MAX_FILES = 20;

/** Shows referrers with their files, such as the text of an SBOM. */
export class ReferrerFiles {
  constructor(private readonly content: Pick<KnownContent, 'manifest'>) {}

  /** Resolves to a tree of referrers in the form of the API. */
  async of(repository: RepositoryName, { referrers, more }: ReferrerTree): Promise<ReferrersDto> {
    return { referrers: await this.shown(repository, referrers), more };
  }

  private async shown(
    repository: RepositoryName,
    nodes: readonly ReferrerNode[],
  ): Promise<ReferrerDto[]> {
    const shown: ReferrerDto[] = [];
    for (const node of nodes) {
      shown.push({
        ...shownReferrer(node),
        files: await this.filesOf(repository, node),
        referrers: await this.shown(repository, node.referrers),
      });
    }
    return shown;
  }

  private async filesOf(repository: RepositoryName, { digest }: ReferrerNode): Promise<LayerDto[]> {
    try {
      const { layers = [] } = (await this.content.manifest(repository, digest)) ?? {};
      return layers.slice(0, MAX_FILES).map(shownLayer);
    } catch (error) {
      // One that is too large or invalid does not hide the others.
      if (error instanceof RegistryError) return [];
      throw error;
    }
  }
}
