import { existsSync } from 'node:fs';
import { link, mkdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type MovedTag, type Publication } from '../ports/manifest-store.js';
import { isAnyPass } from '../protocol/collect/passes.js';
import { type PublishSteps } from '../protocol/publish.js';
import { requireTag } from '../protocol/tag-conditions.js';
import { eventsOfPublication } from '../protocol/change-events.js';
import { type Outbox } from '../ports/outbox.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './disk/durability.js';
import { type FreeSpace } from './disk/free-space.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { type Layout } from './layout.js';
import { nonce, temporaryName } from './disk/temporary-names.js';
import { encodeReferrerRecord } from './records.js';
import { StagedFiles, type NamedFile } from './disk/staged-files.js';
import { type TagFiles } from './tag-files.js';
import { type PlacedTag, type TagPlacement } from './tag-placement.js';
import { type Trash } from './trash.js';

export interface PublishParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly files: StoredFiles;
  readonly space: FreeSpace;
  readonly trash: Trash;
  readonly tags: TagFiles;
  readonly outbox: Outbox;
  /** The names of the intents of publications that this process runs. */
  readonly running: Set<string>;
}

/** The steps of publishing one manifest into one repository. An intent is the path of its file. */
export class FilePublishSteps implements PublishSteps<string> {
  private readonly referrer: StagedFiles;
  private readonly tags: ReadonlyMap<TagName, TagPlacement>;
  /** The name of the intent. The records of the tags and the events contain it. */
  private readonly push = nonce();
  private readonly moved = new Map<TagName, MovedTag>();
  private isNewRepository = false;

  constructor(
    private readonly parts: PublishParts,
    private readonly repository: RepositoryName,
    publication: Publication,
  ) {
    this.referrer = new StagedFiles(
      parts.durability,
      referrerOf(parts.layout, repository, publication),
    );
    this.tags = tagChanges(parts.tags, repository, publication, this.push);
    parts.running.add(this.push);
  }

  /** Writes the intent, and stages all records too, so that the publisher waits for the disk only once. */
  async writeIntent(bytes: Uint8Array): Promise<string> {
    const { layout, durability, space, files } = this.parts;
    await space.require(bytes.byteLength);
    const intent = join(layout.pending(this.repository), this.push);
    const written = durability.inDirectory(dirname(intent), () =>
      durability.createFile(intent, bytes),
    );
    const tags = [...this.tags.values()].map((change) => change.stage());
    const all = [written, this.referrer.stage(), ...tags];
    try {
      await Promise.allSettled(all);
      await Promise.all(all);
      await files.touch(intent, bytes.byteLength);
    } catch (error) {
      await this.removeIntent(intent);
      throw error;
    }
    return intent;
  }

  async hasContent({ digest, as }: RequiredContent): Promise<boolean> {
    if ((await this.parts.files.find(this.repository, 'blobs', digest)) !== undefined) return true;
    return as === 'manifest-or-blob' && this.hasManifest(digest);
  }

  async requireTags(): Promise<void> {
    for (const change of this.tags.values()) change.require();
  }

  async placeManifest(intent: string, { digest }: Publication): Promise<boolean> {
    const { files } = this.parts;
    const target = this.parts.layout.manifest(this.repository, digest);
    this.isNewRepository ||= await this.createsRepository();
    return this.parts.durability.inDirectory(dirname(target), async () => {
      try {
        await link(intent, target);
        return true;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        const size = await files.sizeAt(target, digest);
        if (size !== undefined) await files.touch(target, size);
        else await replaceByLink(intent, target);
        return size === undefined;
      }
    });
  }

  /** Creates the directory of manifests, which makes the repository exist. Only one publisher succeeds. */
  private async createsRepository(): Promise<boolean> {
    const path = this.parts.layout.manifests(this.repository);
    if (existsSync(path)) return false;
    return this.parts.durability.inDirectory(dirname(path), () =>
      mkdir(path).then(
        () => true,
        (error: unknown) => {
          if (!hasCode(error, 'EEXIST')) throw error;
          return false;
        },
      ),
    );
  }

  async placeNames({ digest }: Publication): Promise<MovedTag[]> {
    const { layout, durability } = this.parts;
    await this.referrer.place();
    const moved = await this.placeTags();
    const directories = [
      dirname(layout.manifest(this.repository, digest)),
      ...this.referrer.directories,
      ...(this.tags.size > 0 ? [layout.tags(this.repository)] : []),
    ];
    await Promise.all(directories.map((directory) => durability.syncDirectory(directory)));
    return moved;
  }

  private async placeTags(): Promise<MovedTag[]> {
    const moved: MovedTag[] = [];
    for (const [tag, change] of this.tags) {
      const placed = await this.parts.tags.place(change);
      if (placed.changed) moved.push({ tag, ...(placed.from && { from: placed.from }) });
      this.noteChange(tag, placed);
    }
    return moved;
  }

  /**
   * Notes a change for the events. A tag that pointed to the manifest before is noted as well if the push that set it has recorded
   * no event: it died, or another process runs it.
   */
  private noteChange(tag: TagName, { changed, from, replaced }: PlacedTag): void {
    if (!changed && !this.isUnrecorded(replaced?.push)) return;
    const before = changed ? from : replaced?.previous;
    if (!this.moved.has(tag)) this.moved.set(tag, { tag, ...(before && { from: before }) });
  }

  /** Whether another push that set the tag still has its intent. */
  private isUnrecorded(push: string | undefined): boolean {
    const { layout, running } = this.parts;
    if (push === undefined || running.has(push)) return false;
    return existsSync(join(layout.pending(this.repository), push));
  }

  async record(publication: Publication, isPublished: boolean): Promise<void> {
    const { push, isNewRepository } = this;
    const moved = [...this.moved.values()];
    const changes = { moved, isNewRepository, isPublished, push };
    await this.parts.outbox.append(eventsOfPublication(this.repository, publication, changes));
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    const { files } = this.parts;
    return (await files.find(this.repository, 'manifests', digest, isAnyPass)) !== undefined;
  }

  async removeIntent(intent: string): Promise<void> {
    await unlink(intent).catch(ignoreNotFound);
    this.parts.running.delete(this.push);
    await this.referrer.discard();
    for (const change of this.tags.values()) await change.discard();
  }
}

/** Returns the file that lists a manifest among the referrers of its subject, if it has one. */
function referrerOf(
  layout: Layout,
  repository: RepositoryName,
  { digest, referrer }: Publication,
): NamedFile[] {
  if (referrer === undefined) return [];
  const path = layout.referrer(repository, referrer.subject, digest);
  return [{ path, bytes: encodeReferrerRecord(referrer.descriptor) }];
}

/** Returns the changes of a publication's tags. Fixed tags come first, because their changes may be refused. */
function tagChanges(
  files: TagFiles,
  repository: RepositoryName,
  publication: Publication,
  push: string,
): Map<TagName, TagPlacement> {
  const { manifest, digest, tags, by, fixedTags = [] } = publication;
  const { mediaType, bytes } = manifest;
  const base = { digest, mediaType, size: bytes.byteLength, pushedAt: Date.now() };
  const target = { ...base, ...(by !== undefined && { by }), intent: push };
  const others = tags.filter((tag) => !fixedTags.includes(tag));
  const changes = [...fixedTags, ...others].map((tag) => {
    const check = (current: Digest | undefined) => requireTag(publication, tag, current);
    return [tag, files.placement(repository, tag, target, check)] as const;
  });
  return new Map(changes);
}

/** Replaces `to` by another link to `from`. `from` keeps its name, because the intent must exist until the publication ends. */
async function replaceByLink(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), temporaryName());
  await link(from, temporary);
  await rename(temporary, to).finally(() => unlink(temporary).catch(ignoreNotFound));
}
