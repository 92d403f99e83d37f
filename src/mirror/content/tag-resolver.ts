import {
  RemoteFailure,
  type RegistryClient,
  type RemoteManifest,
} from '../../client/registry-client.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError, type FailureKind } from '../../domain/errors.js';
import { parseManifest } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { SharedWork } from '../../domain/shared-work.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TaggedManifest } from '../../storage/ports/tag-store.js';
import { type LargeManifests } from './large-manifests.js';
import { type Found, type MirroredRepository } from './mirror.js';
import { publicationOf } from './publication.js';
import { type TagAnswer } from './tag-answers.js';

/** The record of a confirmed tag is written again when it is older than this part of the time that it may be stale. */
const RENEWALS = 4;

/** Why a tag is not set, although its manifest is stored. */
const UNSET: readonly FailureKind[] = ['storage-full', 'too-many-requests'];

type Answer = Found<TaggedManifest>;

/** What this process remembers of a tag. */
export interface TagMemory {
  /** How many milliseconds ago the upstream last said what the tag points to. */
  readonly ageMs?: number;
  /** What it said. */
  readonly digest?: Digest;
  /** Whether it lately said that the tag does not exist. */
  readonly isMissing: boolean;
  /** For how many more milliseconds it is not asked. */
  readonly restingMs: number;
}

/** How a tag is asked for again. */
export interface RefreshOptions {
  /** Whether the upstream is not asked while it rests. By default it is, because a person waits. */
  readonly inTurn?: boolean;
  /** Sets a stored tag again if its record is older than this, in milliseconds. By default as after a client's question. */
  readonly renewAfterMs?: number;
}

/** Finds out what tags of mirrors point to: asks the upstream unless its last answer is fresh, and never gets a manifest from it. */
export class TagResolver {
  private readonly asking = new SharedWork<Answer>();

  constructor(
    private readonly storage: Pick<Storage, 'tags' | 'manifests'>,
    private readonly large: LargeManifests,
  ) {}

  /** Whether the upstream's last answer is fresh and was stored. Then the stored tag is served, unless it was removed since. */
  isCurrent({ mirror, repository }: MirroredRepository, tag: TagName): boolean {
    return mirror.answers.fresh(repository, tag)?.isStored === true;
  }

  /**
   * Resolves to the manifest of the tag, which may not be stored yet, or to `undefined` if the tag does not exist, and to how it was
   * found. While the upstream fails, a stored tag is served until it is too old.
   *
   * @throws RegistryError `upstream-unavailable` or `upstream-limited`
   */
  async resolve(place: MirroredRepository, tag: TagName): Promise<Answer> {
    const { mirror, repository } = place;
    const answer = mirror.answers.fresh(repository, tag);
    const known = answer && (await this.known(place, tag, answer));
    if (known !== undefined) return { found: known, result: 'hit' };
    if (!place.mayAsk()) {
      const found = await this.storage.tags.resolve(repository, tag);
      return { found, result: found === undefined ? 'missing' : 'hit' };
    }
    const key = keyOf(place, tag);
    if (mirror.isMissing(key)) return { found: undefined, result: 'missing' };
    return this.asking.run(key, () => this.ask(place, tag));
  }

  /**
   * Resolves to the stored tag if it may be served although the upstream failed.
   *
   * @throws RegistryError for the failure, if the tag may not be served
   */
  async stale(place: MirroredRepository, tag: TagName, failure: unknown): Promise<TaggedManifest> {
    const { mirror, repository } = place;
    if (!(failure instanceof RemoteFailure)) throw failure;
    const stored = await this.storage.tags.resolve(repository, tag);
    const isYoung = stored !== undefined && this.age(place, tag, stored) <= mirror.plan.staleMs;
    if (isYoung && !mirror.mustHide(failure)) return stored;
    if (failure.kind === 'refused') mirror.addMissing(keyOf(place, tag));
    throw mirror.failure('tag', failure);
  }

  /** Returns what is remembered of the tag. */
  memory(place: MirroredRepository, tag: TagName): TagMemory {
    const { mirror } = place;
    const answer = mirror.answers.last(place.repository, tag);
    return {
      ...(answer && { ageMs: mirror.now() - answer.at, digest: answer.manifest.digest }),
      isMissing: mirror.isMissing(keyOf(place, tag)),
      restingMs: mirror.upstream.restingMs,
    };
  }

  /** Forgets what is known of the tag, so that the upstream is asked again. */
  forget(place: MirroredRepository, tag: TagName): void {
    place.mirror.answers.forget(place.repository, tag);
    place.mirror.forgetMissing(keyOf(place, tag));
  }

  /**
   * Asks the upstream now, also if its last answer is fresh. Resolves to the manifest of the tag, which may not be stored yet, or to
   * `undefined` if the tag does not exist.
   *
   * @throws RemoteFailure
   */
  async refresh(
    place: MirroredRepository,
    tag: TagName,
    { inTurn = false, renewAfterMs }: RefreshOptions = {},
  ): Promise<TaggedManifest | undefined> {
    this.forget(place, tag);
    const { mirror, remote } = place;
    const stat = (client: RegistryClient): Promise<RemoteManifest | undefined> =>
      client.stat(remote, tag);
    const { upstream } = mirror;
    const found = await (inTurn ? upstream.ask(stat) : upstream.askNow(stat));
    if (found !== undefined) return this.confirm(place, tag, found, renewAfterMs);
    mirror.addMissing(keyOf(place, tag));
    return undefined;
  }

  /** Resolves to what a fresh answer leads to, or to `undefined` if the stored tag was removed since. */
  private async known(
    { repository }: MirroredRepository,
    tag: TagName,
    { manifest, isStored }: TagAnswer,
  ): Promise<TaggedManifest | undefined> {
    const stored = await this.storage.tags.resolve(repository, tag);
    // Another process may have asked later than this one.
    if (isStored || stored?.digest.equals(manifest.digest) === true) return stored;
    return seen(manifest);
  }

  private async ask(place: MirroredRepository, tag: TagName): Promise<Answer> {
    const { mirror, remote } = place;
    let found: RemoteManifest | undefined;
    try {
      found = await mirror.upstream.ask((client) => client.stat(remote, tag));
    } catch (error) {
      return { found: await this.stale(place, tag, error), result: 'stale' };
    }
    if (found !== undefined) {
      return { found: await this.confirm(place, tag, found), result: 'confirmed' };
    }
    mirror.answers.forget(place.repository, tag);
    mirror.addMissing(keyOf(place, tag));
    return { found: undefined, result: 'missing' };
  }

  /** Records what the upstream says, and sets the tag if its manifest is stored. */
  private async confirm(
    place: MirroredRepository,
    tag: TagName,
    found: RemoteManifest,
    renewAfterMs = Infinity,
  ): Promise<TaggedManifest> {
    const { mirror, repository } = place;
    const stored = await this.storage.tags.resolve(repository, tag);
    const isSame = stored?.digest.equals(found.digest) === true;
    const validMs = Math.min(renewAfterMs, mirror.plan.staleMs / RENEWALS);
    const isCurrent = isSame && Date.now() - stored.pushedAt < validMs;
    const isStored = isCurrent || (await this.set(place, tag, found));
    mirror.answers.set(repository, tag, found, isStored);
    if (isCurrent) return stored;
    const set = isStored ? await this.storage.tags.resolve(repository, tag) : undefined;
    return set ?? seen(found);
  }

  /** Sets the tag to a stored manifest. Resolves to whether it was set. */
  private async set(
    place: MirroredRepository,
    tag: TagName,
    { digest }: RemoteManifest,
  ): Promise<boolean> {
    if (!(await place.mirror.mayStore())) return false;
    const stored = await this.storage.manifests.stat(place.repository, digest);
    if (stored === undefined) return false;
    try {
      return await this.large.run(stored.size, () => this.publish(place, tag, digest));
    } catch (error) {
      // What the upstream said is served all the same.
      if (error instanceof RegistryError && UNSET.includes(error.kind)) return false;
      throw error;
    }
  }

  private async publish(
    { mirror, repository }: MirroredRepository,
    tag: TagName,
    digest: Digest,
  ): Promise<boolean> {
    const { manifests } = this.storage;
    const stored = await manifests.read(repository, digest);
    if (stored === undefined) return false;
    const manifest = parseManifest(stored.bytes, undefined);
    const by = { name: mirror.plan.name, hasFetched: false };
    await manifests.publish(repository, publicationOf(manifest, digest, [tag], by));
    return true;
  }

  /** Returns how long ago the upstream last said that the tag points there, as far as that is known. In milliseconds. */
  private age(
    { mirror, repository }: MirroredRepository,
    tag: TagName,
    stored: TaggedManifest,
  ): number {
    const answer = mirror.answers.last(repository, tag);
    const sinceSet = Date.now() - stored.pushedAt;
    if (answer?.manifest.digest.equals(stored.digest) !== true) return sinceSet;
    return Math.min(sinceSet, mirror.now() - answer.at);
  }
}

function keyOf({ repository }: MirroredRepository, tag: TagName): string {
  return `tag ${repository} ${tag}`;
}

/** Returns a tag that the upstream has, but not the storage. */
function seen({ mediaType, digest, size }: RemoteManifest): TaggedManifest {
  return { mediaType, digest, size, pushedAt: Date.now() };
}
