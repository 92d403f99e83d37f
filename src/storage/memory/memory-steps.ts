import { type Digest } from '../../domain/digest.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type MovedTag, type Publication } from '../ports/manifest-store.js';
import { lookFor } from '../protocol/look-for.js';
import { fixedTag, type PublishSteps } from '../protocol/publish.js';
import { type Repositories } from './repositories.js';
import { type Linked, type Shelf } from './shelf.js';

/** Called before each step that others may see, so that a test can have the steps of several in every order. */
export type BeforeStep = () => Promise<void>;

/** Looks for a thing with a step for each look, and makes it young. */
export async function lookOnShelf<T extends Linked>(
  shelf: Shelf<T>,
  digest: Digest,
  beforeStep: BeforeStep,
  now: () => number,
): Promise<T | undefined> {
  const found = await lookFor(
    {
      live: async (key: string) => {
        await beforeStep();
        return shelf.get(key);
      },
      rescue: async (key: string) => {
        await beforeStep();
        return shelf.rescue(key);
      },
    },
    digest.toString(),
  );
  if (found !== undefined) found.lastUsed = now();
  return found;
}

/** Publishing into one repository; an intent is the manifest's bytes. */
export class MemoryPublishSteps implements PublishSteps<Uint8Array> {
  private readonly moved = new Map<TagName, MovedTag>();
  private readonly set = new Set<TagName>();

  constructor(
    private readonly repositories: Repositories,
    private readonly repository: RepositoryName,
    private readonly beforeStep: BeforeStep,
  ) {}

  async writeIntent(bytes: Uint8Array): Promise<Uint8Array> {
    await this.beforeStep();
    const intent = new Uint8Array(bytes);
    this.home.intents.add(intent);
    return intent;
  }

  async hasContent({ digest, as }: RequiredContent): Promise<boolean> {
    const { now } = this.repositories;
    const blob = await lookOnShelf(this.home.blobs, digest, this.beforeStep, now);
    return blob !== undefined || (as === 'manifest-or-blob' && this.hasManifest(digest));
  }

  async requireFixedTags({ digest, fixedTags = [] }: Publication): Promise<void> {
    const refused = fixedTags.find((tag) => this.leaves(tag, digest) !== undefined);
    if (refused !== undefined) throw fixedTag(refused);
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

  /** One step, in which nobody else can change the tag. A tag that was moved on since stays as it is. */
  private setTag(tag: TagName, { digest, by, fixedTags = [] }: Publication): void {
    const { tags } = this.home;
    const current = tags.get(tag);
    if (current !== undefined && this.set.has(tag)) return;
    const from = this.leaves(tag, digest);
    if (from !== undefined && fixedTags.includes(tag)) throw fixedTag(tag);
    if (current === undefined || from !== undefined)
      this.moved.set(tag, { tag, ...(from && { from }) });
    const previous = from ?? current?.previous;
    this.set.add(tag);
    tags.set(tag, {
      digest,
      pushedAt: this.repositories.now(),
      ...(by !== undefined && { by }),
      ...(previous && { previous }),
    });
  }

  /** The other manifest that the tag points to. */
  private leaves(tag: TagName, digest: Digest): Digest | undefined {
    const current = this.home.tags.get(tag)?.digest;
    return current?.equals(digest) === true ? undefined : current;
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    const { now } = this.repositories;
    return (await lookOnShelf(this.home.manifests, digest, this.beforeStep, now)) !== undefined;
  }

  async removeIntent(intent: Uint8Array): Promise<void> {
    await this.beforeStep();
    this.home.intents.delete(intent);
  }

  /** Looked up each time: an empty repository may have been collected, and created again, between two steps. */
  private get home() {
    return this.repositories.findOrCreate(this.repository);
  }
}
