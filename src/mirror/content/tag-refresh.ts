import { type RefreshedTag } from '../../domain/mirror-control.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TaggedManifest } from '../../storage/ports/tag-store.js';
import { asRegistryError } from '../upstream/failures.js';
import { type ManifestFetch } from './manifest-fetch.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';
import { type TagMemory, type TagResolver } from './tag-resolver.js';

/** How tags are asked for, and their manifests fetched. */
export interface RefreshParts {
  readonly resolver: TagResolver;
  readonly fetch: ManifestFetch;
}

type Refreshed = Omit<RefreshedTag, 'repository' | 'tag'>;

/** Asks upstreams for tags that a person wants to be current, also if the last answer is fresh. */
export class TagRefresh {
  constructor(
    private readonly mirrors: Mirrors,
    private readonly storage: Pick<Storage, 'tags' | 'manifests'>,
    private readonly parts: RefreshParts,
  ) {}

  /**
   * Resolves to what the upstream answers, after storing the manifest of the tag.
   *
   * @param repository its name in this registry
   * @throws RegistryError `upstream-unavailable`, `upstream-limited`, or `manifest-unknown` if the upstream refuses it
   */
  async run(repository: RepositoryName, tag: TagName): Promise<Refreshed> {
    const place = this.mirrors.of(repository);
    if (place === undefined) throw new Error(`${repository} does not belong to a mirror`);
    const before = await this.storage.tags.resolve(repository, tag);
    try {
      // The person may ask, also one whom the file does not let fetch as a client.
      const found = await this.refresh({ ...place, mayAsk: () => true }, tag);
      return compared(before, found);
    } catch (error) {
      throw asRegistryError(error, place.mirror.upstream, 'manifest-unknown');
    }
  }

  /** Returns what this process remembers of the tag. @param repository its name in this registry */
  memory(repository: RepositoryName, tag: TagName): TagMemory {
    const place = this.mirrors.of(repository);
    if (place === undefined) throw new Error(`${repository} does not belong to a mirror`);
    return this.parts.resolver.memory(place, tag);
  }

  private async refresh(
    place: MirroredRepository,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    const { resolver, fetch } = this.parts;
    const found = await resolver.refresh(place, tag);
    if (found === undefined) return undefined;
    const { digest } = found;
    if ((await this.storage.manifests.stat(place.repository, digest)) !== undefined) return found;
    fetch.forget(place, digest);
    return (await fetch.get(place, digest)) && found;
  }
}

function compared(
  before: TaggedManifest | undefined,
  found: TaggedManifest | undefined,
): Refreshed {
  const previous = before === undefined ? {} : { previous: `${before.digest}` };
  if (found === undefined) return { outcome: 'gone', ...previous };
  const digest = `${found.digest}`;
  if (before === undefined) return { outcome: 'new', digest };
  return before.digest.equals(found.digest)
    ? { outcome: 'same', digest }
    : { outcome: 'moved', digest, ...previous };
}
