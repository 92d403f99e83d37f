import { type Digest } from '../../../domain/digest.js';
import { parseManifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type Explanation } from '../../ports/collector.js';
import { Turns } from '../yield-every.js';
import { type GarbageStore, type RepositoryGarbage } from './garbage-store.js';

/** A path to some content, and the manifest at its beginning. */
interface Path {
  readonly root: Digest;
  readonly tag?: string;
  readonly chain: readonly string[];
}

/** Looking into a repository takes as long as this many items that only are compared. */
const ITEMS_PER_REPOSITORY = 20;
/** As long as reading a manifest. */
const ITEMS_PER_MANIFEST = 40;

/** Yields an explanation for each repository that has `digest`. Refreshes no last-used time. */
export async function* explain(
  garbage: GarbageStore,
  digest: Digest,
  keepUntagged: boolean,
): AsyncGenerator<Explanation> {
  const turns = new Turns();
  for await (const repository of garbage.repositories()) {
    await turns.afterItems(ITEMS_PER_REPOSITORY);
    const view = garbage.of(repository);
    for (const kind of ['manifests', 'blobs'] as const) {
      const entry = await view.entry({ kind, digest });
      if (entry === undefined) continue;
      const path = await pathTo(view, digest);
      const kept = path !== undefined && (path.tag !== undefined || keepUntagged);
      const lastUsed = await lastUsedOf(view, path, entry.lastUsed);
      yield { repository, kind, chain: kept ? chainOf(repository, path) : [], lastUsed };
    }
  }
}

function chainOf(repository: RepositoryName, { tag, chain }: Path): string[] {
  return [tag === undefined ? 'no tag' : `tag ${repository}:${tag}`, ...chain];
}

/** Content stays as long as an untagged manifest that leads to it, whose grace period may end later. */
async function lastUsedOf(
  garbage: RepositoryGarbage,
  path: Path | undefined,
  lastUsed: number,
): Promise<number> {
  const root = path && (await garbage.entry({ kind: 'manifests', digest: path.root }));
  return Math.max(lastUsed, root?.lastUsed ?? 0);
}

/** Finds a path from a tag, or else from a manifest without one. */
async function pathTo(garbage: RepositoryGarbage, target: Digest): Promise<Path | undefined> {
  const search = new Search(garbage, target);
  for await (const { tag, digest } of garbage.tags()) {
    const chain = await search.from(digest);
    if (chain !== undefined) return { root: digest, tag, chain };
  }
  for await (const { digest } of garbage.entries('manifests')) {
    const chain = await search.from(digest);
    if (chain !== undefined) return { root: digest, chain };
  }
  return undefined;
}

/** Searches for a path to the target through manifests. Reads each manifest once. */
class Search {
  private readonly seen = new Set<string>();
  private readonly turns = new Turns();
  private referrers: Map<string, Digest[]> | undefined;

  constructor(
    private readonly garbage: RepositoryGarbage,
    private readonly target: Digest,
  ) {}

  async from(digest: Digest): Promise<string[] | undefined> {
    if (this.seen.has(digest.toString())) return undefined;
    this.seen.add(digest.toString());
    await this.turns.afterItems(ITEMS_PER_MANIFEST);
    const bytes = await this.garbage.peek(digest);
    if (bytes === undefined) return undefined;
    const { kind, config, layers, manifests } = parseManifest(bytes, undefined);
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
    this.referrers ??= await referrersOf(this.garbage);
    for (const referrer of this.referrers.get(subject.toString()) ?? []) {
      const way = await this.from(referrer);
      if (way !== undefined) return [here, 'its referrer', ...way];
    }
    return undefined;
  }
}

/** Resolves to the referrers of each subject. */
async function referrersOf(garbage: RepositoryGarbage): Promise<Map<string, Digest[]>> {
  const found = new Map<string, Digest[]>();
  for await (const { subject, digest } of garbage.entries('referrers')) {
    const key = `${subject}`;
    const list = found.get(key) ?? [];
    found.set(key, list);
    list.push(digest);
  }
  return found;
}
