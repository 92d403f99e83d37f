import { LRUCache } from 'lru-cache';

import { type RemoteManifest } from '../../client/registry-client.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { upTo } from '../../domain/growing-cache.js';

/** How many tags are remembered. */
const MAX_TAGS = 20_000;

/** For how many milliseconds at least a tag waits for its manifest: clients ask for it next. */
const MIN_WAIT_MS = 60_000;

/** How many tags of one manifest wait for it. Others are set when the upstream is asked for them again. */
const MAX_WAITING = 100;

/** What the upstream said of a tag. */
export interface TagAnswer {
  readonly manifest: RemoteManifest;
  /** When it said so, in milliseconds of the mirror's clock. */
  readonly at: number;
  /** Whether the tag was stored. It may have been removed since. */
  readonly isStored: boolean;
}

/** What the upstream last said of tags, in this process. */
export class TagAnswers {
  private readonly answers = new LRUCache<string, TagAnswer>(upTo(MAX_TAGS));
  /** The tags that are set when their manifest is stored, by repository and digest. */
  private readonly waiting = new LRUCache<string, Set<TagName>>({
    maxSize: MAX_TAGS,
    sizeCalculation: ({ size }) => size,
  });

  constructor(
    private readonly freshMs: number,
    private readonly now: () => number,
  ) {}

  /** Returns the last answer, also one that is not fresh any more. */
  last(repository: RepositoryName, tag: TagName): TagAnswer | undefined {
    return this.answers.get(keyOf(repository, tag));
  }

  /** Returns the last answer if it is fresh. */
  fresh(repository: RepositoryName, tag: TagName): TagAnswer | undefined {
    const answer = this.last(repository, tag);
    return answer !== undefined && this.now() - answer.at < this.freshMs ? answer : undefined;
  }

  set(repository: RepositoryName, tag: TagName, manifest: RemoteManifest, isStored: boolean): void {
    this.answers.set(keyOf(repository, tag), { manifest, at: this.now(), isStored });
    if (isStored) return;
    const key = keyOf(repository, manifest.digest);
    // A copy, because the cache asks for the size of new values only.
    const tags = new Set(this.waiting.get(key));
    // The latest are asked for next.
    const [oldest] = tags;
    if (tags.size >= MAX_WAITING && oldest !== undefined && !tags.has(tag)) tags.delete(oldest);
    this.waiting.set(key, tags.add(tag));
  }

  forget(repository: RepositoryName, tag: TagName): void {
    this.answers.delete(keyOf(repository, tag));
  }

  /** Returns the tags that the manifest gets when it is stored: those that the upstream lately said point to it. */
  waitingFor(repository: RepositoryName, digest: Digest): readonly TagName[] {
    const tags = [...(this.waiting.get(keyOf(repository, digest)) ?? [])];
    // Another process may have heard since that a tag was moved.
    const since = this.now() - Math.max(this.freshMs, MIN_WAIT_MS);
    return tags.filter((tag) => {
      const answer = this.last(repository, tag);
      if (answer === undefined || answer.isStored || answer.at < since) return false;
      return answer.manifest.digest.equals(digest);
    });
  }

  /** Records that tags were stored with the manifest. */
  stored(repository: RepositoryName, digest: Digest, tags: readonly TagName[]): void {
    this.waiting.delete(keyOf(repository, digest));
    for (const tag of tags) {
      const answer = this.last(repository, tag);
      if (answer?.manifest.digest.equals(digest) !== true) continue;
      this.answers.set(keyOf(repository, tag), { ...answer, isStored: true });
    }
  }
}

function keyOf(repository: RepositoryName, reference: TagName | Digest): string {
  return `${repository} ${reference}`;
}
