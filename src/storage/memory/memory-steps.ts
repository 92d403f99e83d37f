import { randomBytes } from 'node:crypto';

import { type Digest } from '../../domain/digest.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type MovedTag, type Publication } from '../ports/manifest-store.js';
import { type Outbox } from '../ports/outbox.js';
import { eventsOfPublication } from '../protocol/change-events.js';
import { isAnyPass, isCollection, isRemoval, type PassFilter } from '../protocol/collect/passes.js';
import { lookFor, lookForUndeleted, type Recoverable } from '../protocol/look-for.js';
import { type PublishSteps } from '../protocol/publish.js';
import { requireTag } from '../protocol/tag-conditions.js';
import { type Repositories } from './repositories.js';
import { type Linked, type Shelf } from './shelf.js';

/** Called before each step that other clients can see, so that a test can run the steps of several clients in every order. */
export type BeforeStep = () => Promise<void>;

/** Finds an item, restores it if a collector has set it aside, and refreshes its last-used time. Each look is one step. */
export async function lookOnShelf<T extends Linked>(
  shelf: Shelf<T>,
  digest: Digest,
  beforeStep: BeforeStep,
  now: () => number,
): Promise<T | undefined> {
  return used(await lookFor(recoverable(shelf, beforeStep, isCollection), digest.toString()), now);
}

/** Finds a manifest as `lookOnShelf` does, and also one whose deletion is being decided. `allows` chooses what it is restored from. */
export async function lookForManifest<T extends Linked>(
  shelf: Shelf<T>,
  digest: Digest,
  beforeStep: BeforeStep,
  now: () => number,
  allows = isCollection,
): Promise<T | undefined> {
  const peek = async (key: string) => {
    await beforeStep();
    return shelf.peekIn(isRemoval, key);
  };
  const deletable = { ...recoverable(shelf, beforeStep, allows), peek };
  return used(await lookForUndeleted(deletable, digest.toString()), now);
}

function recoverable<T extends Linked>(
  shelf: Shelf<T>,
  beforeStep: BeforeStep,
  allows: PassFilter,
): Recoverable<string, T> {
  return {
    live: async (key) => {
      await beforeStep();
      return shelf.get(key);
    },
    rescue: async (key) => {
      await beforeStep();
      return shelf.rescue(key, allows);
    },
  };
}

function used<T extends Linked>(found: T | undefined, now: () => number): T | undefined {
  if (found !== undefined) found.lastUsed = now();
  return found;
}

/** The steps of publishing into one repository. An intent is the manifest's bytes. */
export class MemoryPublishSteps implements PublishSteps<Uint8Array> {
  private readonly moved = new Map<TagName, MovedTag>();
  private readonly set = new Set<TagName>();
  private isNewRepository = false;

  constructor(
    private readonly repositories: Repositories,
    private readonly repository: RepositoryName,
    private readonly beforeStep: BeforeStep,
    private readonly outbox: Outbox,
  ) {}

  /** @throws RegistryError `storage-full` */
  async writeIntent(bytes: Uint8Array): Promise<Uint8Array> {
    await this.beforeStep();
    this.repositories.budget.requireRecord();
    const intent = new Uint8Array(bytes);
    this.home.intents.add(intent);
    return intent;
  }

  async hasContent({ digest, as }: RequiredContent): Promise<boolean> {
    const { now } = this.repositories;
    const blob = await lookOnShelf(this.home.blobs, digest, this.beforeStep, now);
    return blob !== undefined || (as === 'manifest-or-blob' && this.hasManifest(digest));
  }

  async requireTags(publication: Publication): Promise<void> {
    const { tags } = this.home;
    for (const tag of publication.tags) requireTag(publication, tag, tags.get(tag)?.digest);
  }

  /** @throws RegistryError `storage-full` */
  async placeManifest(intent: Uint8Array, { manifest, digest }: Publication): Promise<boolean> {
    await this.beforeStep();
    const existing = this.home.manifests.get(digest.toString());
    if (existing === undefined) {
      this.repositories.budget.take(intent.byteLength);
      const placed = { digest, mediaType: manifest.mediaType, bytes: intent, links: 0 };
      const lastUsed = this.repositories.now();
      this.home.manifests.put(digest.toString(), { ...placed, lastUsed });
    } else {
      existing.lastUsed = this.repositories.now();
    }
    this.isNewRepository ||= !this.home.known;
    this.home.known = true;
    return existing === undefined;
  }

  async placeNames(publication: Publication): Promise<MovedTag[]> {
    const { digest, referrer, tags } = publication;
    if (referrer !== undefined) {
      await this.beforeStep();
      const entry = { ...referrer, links: 0, lastUsed: this.repositories.now() };
      this.home.referrersOf(referrer.subject).put(digest.toString(), entry);
    }
    for (const tag of tags) {
      await this.beforeStep();
      this.setTag(tag, publication);
    }
    return [...this.moved.values()];
  }

  /** Sets one tag in a single step. A tag that was set before by this publication is left alone unless it was removed. */
  private setTag(tag: TagName, publication: Publication): void {
    const { manifest, digest, by } = publication;
    const { tags, history } = this.home;
    const current = tags.get(tag);
    if (current !== undefined && this.set.has(tag)) return;
    requireTag(publication, tag, current?.digest);
    const from = this.otherManifest(tag, digest);
    if (current === undefined || from !== undefined)
      this.moved.set(tag, { tag, ...(from && { from }) });
    if (current !== undefined && from !== undefined) history.addReplaced(tag, current);
    const previous = from ?? current?.previous;
    this.set.add(tag);
    tags.set(tag, {
      digest,
      mediaType: manifest.mediaType,
      size: manifest.bytes.byteLength,
      pushedAt: this.repositories.now(),
      ...(by !== undefined && { by }),
      ...(previous && { previous }),
    });
  }

  /** Returns the manifest that the tag points to, unless it is `digest`. */
  private otherManifest(tag: TagName, digest: Digest): Digest | undefined {
    const current = this.home.tags.get(tag)?.digest;
    return current?.equals(digest) === true ? undefined : current;
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    const { now } = this.repositories;
    const { manifests } = this.home;
    const found = await lookForManifest(manifests, digest, this.beforeStep, now, isAnyPass);
    return found !== undefined;
  }

  async record(publication: Publication, isPublished: boolean): Promise<void> {
    const { isNewRepository } = this;
    const moved = [...this.moved.values()];
    const changes = { moved, isNewRepository, isPublished, push: randomText() };
    await this.outbox.append(eventsOfPublication(this.repository, publication, changes));
  }

  async removeIntent(intent: Uint8Array): Promise<void> {
    await this.beforeStep();
    this.home.intents.delete(intent);
  }

  /** Returns the repository. It is looked up each time, because an empty repository can be collected between two steps. */
  private get home() {
    return this.repositories.findOrCreate(this.repository);
  }
}

function randomText(): string {
  return randomBytes(9).toString('base64url');
}
