import { Injectable } from '@nestjs/common';

import { RegistryError } from '../../domain/errors.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import {
  ManifestExplainer,
  type ExplainedManifest,
} from '../../inspect/manifests/explain-manifest.js';
import { platformsOf } from '../../inspect/manifests/platforms.js';
import { Storage } from '../../storage/ports/storage.js';
import { type Usage } from '../../storage/ports/usage-store.js';
import { RepositoryHistory } from './repository-history.js';
import { shownChange } from './shown-change.js';
import { TagSorter } from './tag-sorter.js';
import {
  type HistoryQuery,
  type RepositoryHistoryDto,
  type TagChangeDto,
  type TagDto,
  type TagHistoryDto,
  type TagsDto,
  type TagsQuery,
} from './tags-api.dto.js';

type UsageByDigest = ReadonlyMap<string, Usage>;

/** Describes tags: what they point to, who set them, and how much they are used. */
@Injectable()
export class TagsApiService {
  private readonly sorter: TagSorter;
  private readonly changes: RepositoryHistory;

  constructor(
    private readonly storage: Storage,
    private readonly explainer: ManifestExplainer,
  ) {
    this.sorter = new TagSorter(storage);
    this.changes = new RepositoryHistory(storage);
  }

  /** Resolves to a page of tags. @throws RegistryError `name-unknown` or `request-malformed` */
  async list(repository: RepositoryName, query: TagsQuery): Promise<TagsDto> {
    await this.requireRepository(repository);
    const { tags: names, next } = await this.sorter.page(repository, query);
    const usage = await this.storage.usage.of(repository);
    const tags: TagDto[] = [];
    for (const tag of names) {
      const dto = await this.describe(repository, tag, usage);
      if (dto !== undefined) tags.push(dto);
    }
    return { tags, ...(next !== undefined && { next }) };
  }

  /** Resolves to a tag. @throws RegistryError `manifest-unknown` */
  async get(repository: RepositoryName, tag: TagName): Promise<TagDto> {
    const usage = await this.storage.usage.of(repository);
    const found = await this.describe(repository, tag, usage);
    if (found !== undefined) return found;
    throw new RegistryError('manifest-unknown', 'no such tag', { repository, tag });
  }

  /** Resolves to the changes of a tag. @throws RegistryError `manifest-unknown` if it has none */
  async history(repository: RepositoryName, tag: TagName): Promise<TagHistoryDto> {
    const changes: TagChangeDto[] = [];
    for await (const change of this.storage.tags.history(repository, tag)) {
      changes.push(await shownChange(this.storage, repository, change));
    }
    if (changes.length > 0) return { changes };
    // A repository takes the histories of its tags along when it is removed, so the tag may have existed.
    const message = 'no such tag, and no history of one';
    throw new RegistryError('manifest-unknown', message, { repository, tag });
  }

  /** Resolves to a page of the changes of all tags. @throws RegistryError `name-unknown` or `request-malformed` */
  async historyOfAll(
    repository: RepositoryName,
    query: HistoryQuery,
  ): Promise<Omit<RepositoryHistoryDto, 'rights'>> {
    await this.requireRepository(repository);
    return this.changes.page(repository, query);
  }

  private async requireRepository(repository: RepositoryName): Promise<void> {
    if (await this.storage.catalog.has(repository)) return;
    throw unknownRepository(repository);
  }

  /** Resolves to `undefined` if the tag or its manifest does not exist, or was removed meanwhile. */
  private async describe(
    repository: RepositoryName,
    tag: TagName,
    usage: UsageByDigest,
  ): Promise<TagDto | undefined> {
    const target = await this.storage.tags.resolve(repository, tag);
    const manifest = target && (await this.explainer.explain(repository, target.digest));
    if (target === undefined || manifest === undefined) return undefined;
    const { digest, mediaType, pushedAt, by, previous } = target;
    return {
      name: tag,
      digest: digest.toString(),
      mediaType,
      purpose: manifest.purpose,
      platforms: platformsOf(manifest),
      totalBytes: manifest.totalSize,
      pushedAt: new Date(pushedAt).toISOString(),
      ...(by !== undefined && { pushedBy: by }),
      ...(previous && { previous: previous.toString() }),
      ...usageOf(manifest, usage),
    };
  }
}

/** A client that knows an index already pulls only one of its manifests, and uses the index all the same. */
function usageOf(
  { digest, entries }: ExplainedManifest,
  usage: UsageByDigest,
): Pick<TagDto, 'pulls' | 'lastPulledAt'> {
  const used = [digest, ...entries.map((entry) => entry.digest)]
    .map((one) => usage.get(one.toString())?.lastPulledAt)
    .filter((time) => time !== undefined);
  const last = used.length === 0 ? {} : { lastPulledAt: new Date(Math.max(...used)).toISOString() };
  return { pulls: usage.get(digest.toString())?.pulls ?? 0, ...last };
}
