import { link, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { referrerDescriptor, type RequiredContent } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Publication } from '../ports/manifest-store.js';
import { type PublishSteps } from '../protocol/publish.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './disk/durability.js';
import { type FreeSpace } from './disk/free-space.js';
import { ignoreNotFound, hasCode } from './disk/fs-errors.js';
import { type Layout } from './layout.js';
import { type ManifestFiles } from './manifest-files.js';
import { nonce, temporaryName } from './names.js';
import { encodeReferrerRecord, encodeTagRecord } from './records.js';
import { StagedNames, type NamedFile } from './disk/staged-names.js';
import { type Trash } from './trash.js';

export interface PublishParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly files: StoredFiles;
  readonly space: FreeSpace;
  readonly trash: Trash;
  readonly manifests: ManifestFiles;
}

/** Publishing one manifest into one repository; an intent is the path of its file. */
export class FilePublishSteps implements PublishSteps<string> {
  private readonly names: StagedNames;

  constructor(
    private readonly parts: PublishParts,
    private readonly repository: RepositoryName,
    publication: Publication,
  ) {
    this.names = new StagedNames(parts.durability, namesOf(parts.layout, repository, publication));
  }

  /** Writes the names' files, too, out of sight: so the publisher waits for the disk once for all of them. */
  async writeIntent(bytes: Uint8Array): Promise<string> {
    const { layout, durability, space, files } = this.parts;
    await space.require(bytes.byteLength);
    const intent = join(layout.pending(this.repository), nonce());
    const written = durability.inDirectory(dirname(intent), () =>
      durability.createFile(intent, bytes),
    );
    const all = [written, this.names.stage()];
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
    if ((await this.parts.files.sizeOf(this.repository, 'blobs', digest)) !== undefined)
      return true;
    return as === 'manifest-or-blob' && this.hasManifest(digest);
  }

  async placeManifest(intent: string, { digest }: Publication): Promise<void> {
    const { files } = this.parts;
    const target = this.parts.layout.manifest(this.repository, digest);
    await this.parts.durability.inDirectory(dirname(target), async () => {
      try {
        await link(intent, target);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        const size = await files.sizeAt(target, digest);
        if (size !== undefined) await files.touch(target, size);
        else await replaceByLink(intent, target);
      }
    });
  }

  async placeNames({ digest }: Publication): Promise<void> {
    const { layout, durability } = this.parts;
    await this.names.place();
    const directories = [
      dirname(layout.manifest(this.repository, digest)),
      ...this.names.directories,
    ];
    await Promise.all(directories.map((directory) => durability.syncDirectory(directory)));
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    return (await this.parts.manifests.sizeOf(this.repository, digest)) !== undefined;
  }

  async removeIntent(intent: string): Promise<void> {
    await unlink(intent).catch(ignoreNotFound);
    await this.names.discard();
  }
}

/** The files that name a manifest: its entry in the list of its subject's referrers, then its tags. */
function namesOf(
  layout: Layout,
  repository: RepositoryName,
  { manifest, digest, tags }: Publication,
): NamedFile[] {
  const { subject, mediaType, bytes } = manifest;
  const record = { digest, mediaType, size: bytes.byteLength, pushedAt: Date.now() };
  const entries = tags.map((tag) => {
    return { path: layout.tag(repository, tag), bytes: encodeTagRecord(record) };
  });
  if (subject === undefined) return entries;
  const referrer = encodeReferrerRecord(referrerDescriptor(manifest, digest));
  return [
    { path: layout.referrer(repository, subject.digest, digest), bytes: referrer },
    ...entries,
  ];
}

/** The intent goes on to have its own name until the publish ends. */
async function replaceByLink(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), temporaryName());
  await link(from, temporary);
  await rename(temporary, to).finally(() => unlink(temporary).catch(ignoreNotFound));
}
