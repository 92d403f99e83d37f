import { type Digest } from '../../../domain/digest.js';
import { parseManifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type Explanation } from '../../ports/collector.js';
import { type StoredEntry } from './garbage-store.js';
import { type CollectorParts } from './repository-collector.js';

/** Yields an explanation for each repository that has `digest`. */
export async function* explain(
  storage: CollectorParts,
  digest: Digest,
  keepUntagged: boolean,
): AsyncGenerator<Explanation> {
  for await (const repository of storage.garbage.repositories()) {
    for (const kind of ['manifests', 'blobs'] as const) {
      const entry = await find(storage, repository, kind, digest);
      if (entry === undefined) continue;
      const chain = await chainTo(storage, repository, digest, keepUntagged);
      yield { repository, kind, chain, lastUsed: entry.lastUsed };
    }
  }
}

async function find(
  storage: CollectorParts,
  repository: RepositoryName,
  kind: StoredEntry['kind'],
  digest: Digest,
): Promise<StoredEntry | undefined> {
  for await (const entry of storage.garbage.of(repository).entries(kind)) {
    if (entry.digest.equals(digest)) return entry;
  }
  return undefined;
}

async function chainTo(
  storage: CollectorParts,
  repository: RepositoryName,
  target: Digest,
  keepUntagged: boolean,
): Promise<string[]> {
  const seen = new Set<string>();
  const search = new Search(storage, repository, target, seen);
  for await (const tag of storage.tags.list(repository)) {
    const tagged = await storage.tags.resolve(repository, tag);
    const way = tagged && (await search.from(tagged.digest));
    if (way !== undefined) return [`tag ${repository}:${tag}`, ...way];
  }
  for await (const digest of storage.manifests.digests(repository)) {
    const way = await search.from(digest);
    // Untagged content stays if the setting says so, or as long as another manifest names it.
    if (way !== undefined && (keepUntagged || way.length > 1)) return ['no tag', ...way];
  }
  return [];
}

/** Searches for a path to the target through manifests. Reads each manifest once. */
class Search {
  constructor(
    private readonly storage: CollectorParts,
    private readonly repository: RepositoryName,
    private readonly target: Digest,
    private readonly seen: Set<string>,
  ) {}

  async from(digest: Digest): Promise<string[] | undefined> {
    if (this.seen.has(digest.toString())) return undefined;
    this.seen.add(digest.toString());
    const stored = await this.storage.manifests.read(this.repository, digest);
    if (stored === undefined) return undefined;
    const { kind, config, layers, manifests } = parseManifest(stored.bytes, undefined);
    const here = `${kind} ${digest}`;
    if (digest.equals(this.target)) return [here];
    if (config?.digest.equals(this.target) === true) return [here, `config ${this.target}`];
    if (layers.some((layer) => layer.digest.equals(this.target)))
      return [here, `layer ${this.target}`];
    for (const child of manifests) {
      const way = await this.from(child.digest);
      if (way !== undefined) return [here, ...way];
      if (child.digest.equals(this.target)) return [here, `entry ${this.target}`];
    }
    return this.throughReferrers(digest, here);
  }

  private async throughReferrers(subject: Digest, here: string): Promise<string[] | undefined> {
    for await (const referrer of this.storage.manifests.referrers(this.repository, subject)) {
      const way = await this.from(referrer.digest);
      if (way !== undefined) return [here, `its referrer`, ...way];
    }
    return undefined;
  }
}
