import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { parseManifest, type Manifest } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type RepositoryGarbage, type StoredEntry } from '../../storage/ports/garbage-store.js';
import { type ManifestStore } from '../../storage/ports/manifest-store.js';
import { type TagStore } from '../../storage/ports/tag-store.js';
import { DigestSet } from './digest-set.js';

/** The repository that is looked at, through the ports that tell what it has. */
export interface Looked {
  readonly repository: RepositoryName;
  readonly garbage: RepositoryGarbage;
  readonly manifests: ManifestStore;
  readonly tags: TagStore;
}

/**
 * Which of a repository's things are in use, as one look found it.
 *
 * A manifest is in use when a tag, or a push under way, leads to it: as itself, as an entry of an index, or as a referrer of
 * what is in use. Beside that, whatever any manifest names is kept until that manifest is gone, in use or not: as long as
 * it can be pulled it is whole.
 */
export class Reachability {
  private readonly reachable = new DigestSet();
  private readonly present = new DigestSet();
  private readonly named = new DigestSet();
  /** From an index to its entries, and from a subject to its referrers. */
  private readonly leadsTo = new Map<string, Digest[]>();

  private constructor() {}

  /**
   * Looks at a repository: at what is being pushed first, then at the tags, then at every manifest that is there.
   *
   * The order follows a push's: what is no intent any more when the intents are read has its tag when the tags are.
   * The manifests of `gone` are passed over, as if they were no more.
   */
  static async look(looked: Looked, keepUntagged: boolean, gone: DigestSet): Promise<Reachability> {
    const { repository, garbage, tags } = looked;
    const found = new Reachability();
    const roots: Digest[] = [];
    for await (const bytes of garbage.intents()) roots.push(...found.addIntent(bytes));
    for await (const tag of tags.list(repository)) {
      const tagged = await tags.resolve(repository, tag);
      if (tagged !== undefined) roots.push(tagged.digest);
    }
    for await (const digest of presentManifests(looked)) {
      if (found.present.has(digest) || gone.has(digest)) continue;
      found.present.add(digest);
      if (keepUntagged) roots.push(digest);
      found.addManifest(digest, parse(await garbage.peek(digest)));
    }
    found.follow(roots);
    return found;
  }

  /** Whether a collector must leave the thing alone. */
  keeps({ kind, digest }: StoredEntry): boolean {
    switch (kind) {
      case 'manifests':
        return this.reachable.has(digest) || this.named.has(digest);
      case 'blobs':
        return this.named.has(digest);
      case 'referrers':
        return this.reachable.has(digest) || this.present.has(digest);
    }
  }

  /** Adds a manifest that is being pushed, by whatever algorithm; answers what is in use because of it. */
  private addIntent(bytes: Uint8Array): Digest[] {
    const manifest = parse(bytes);
    if (manifest === undefined) return [];
    const digests = DIGEST_ALGORITHMS.map((algorithm) => Digest.of(bytes, algorithm));
    digests.forEach((digest) => this.addManifest(digest, manifest));
    return digests;
  }

  private addManifest(digest: Digest, manifest: Manifest | undefined): void {
    if (manifest === undefined) return;
    const { config, layers, manifests, subject } = manifest;
    this.named.addAll(
      [...(config ? [config] : []), ...layers, ...manifests].map((one) => one.digest),
    );
    if (manifests.length > 0)
      this.lead(
        digest,
        manifests.map((child) => child.digest),
      );
    if (subject !== undefined) this.lead(subject.digest, [digest]);
  }

  private lead(from: Digest, to: readonly Digest[]): void {
    const key = from.toString();
    this.leadsTo.set(key, [...(this.leadsTo.get(key) ?? []), ...to]);
  }

  private follow(roots: readonly Digest[]): void {
    const waiting = [...roots];
    for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
      if (this.reachable.has(digest)) continue;
      this.reachable.add(digest);
      waiting.push(...(this.leadsTo.get(digest.toString()) ?? []));
    }
  }
}

/** Every manifest, some twice: those in place, those that collectors hold, and those that were put back meanwhile. */
async function* presentManifests({
  repository,
  garbage,
  manifests,
}: Looked): AsyncIterable<Digest> {
  yield* manifests.digests(repository);
  for await (const { entry } of garbage.aside()) {
    if (entry.kind === 'manifests') yield entry.digest;
  }
  yield* manifests.digests(repository);
}

/** A manifest that a crash cut off names nothing. */
function parse(bytes: Uint8Array | undefined): Manifest | undefined {
  if (bytes === undefined) return undefined;
  try {
    return parseManifest(bytes, undefined);
  } catch {
    return undefined;
  }
}
