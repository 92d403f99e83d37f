import { Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { type ListedTag } from '../../storage/ports/statistics.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type UsageStore } from '../../storage/ports/usage-store.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';

/** The tags of a repository of a mirror, and when its manifests were used. */
export class Survey {
  private pulledAt: ReadonlyMap<string, number> = new Map();

  private constructor(
    readonly repository: RepositoryName,
    private readonly tags: ReadonlyMap<string, readonly ListedTag[]>,
    private readonly usage: UsageStore,
  ) {}

  static async of(
    repository: RepositoryName,
    { statistics, usage }: Pick<Storage, 'statistics' | 'usage'>,
  ): Promise<Survey> {
    const tags = new Map<string, ListedTag[]>();
    for await (const tag of statistics.tags(repository)) {
      const others = tags.get(`${tag.digest}`);
      if (others === undefined) tags.set(`${tag.digest}`, [tag]);
      else others.push(tag);
    }
    const survey = new Survey(repository, tags, usage);
    await survey.readPulls();
    return survey;
  }

  /** Reads the pulls, which may be more than before. */
  async readPulls(): Promise<void> {
    const pulls = [...(await this.usage.of(this.repository))];
    this.pulledAt = new Map(pulls.map(([digest, { lastPulledAt }]) => [digest, lastPulledAt]));
  }

  /** Returns all tags. */
  get tagNames(): TagName[] {
    return [...this.tags.values()].flat().map(({ tag }) => tag);
  }

  /** Returns the manifests with a tag. */
  get tagged(): Digest[] {
    return [...this.tags.keys()].map((digest) => Digest.parse(digest));
  }

  tagsOf(digest: Digest): TagName[] {
    return (this.tags.get(`${digest}`) ?? []).map(({ tag }) => tag);
  }

  isPinned(digest: Digest, { name, pin }: MirrorPlan): boolean {
    const remote = parseRepositoryName(this.repository.slice(name.length + 1));
    return this.tagsOf(digest).some((tag) => pin.some((one) => one.matches(remote, tag)));
  }

  /** Returns when the manifest was last pulled or one of its tags was set, whichever is later, or `undefined`. */
  usedAt(digest: Digest): number | undefined {
    const pulledAt = this.pulledAt.get(`${digest}`);
    const set = (this.tags.get(`${digest}`) ?? []).map(({ pushedAt }) => pushedAt);
    const times = pulledAt === undefined ? set : [pulledAt, ...set];
    return times.length === 0 ? undefined : Math.max(...times);
  }
}
