import { link, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { referrerDescriptor, type RequiredContent } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Publication } from '../ports/manifest-store.js';
import { type PublishSteps } from '../protocol/publish.js';
import { type StoredFiles } from './stored-files.js';
import { type Durability } from './durability.js';
import { type FreeSpace } from './free-space.js';
import { absentIfMissing, hasCode } from './fs-errors.js';
import { type Layout } from './layout.js';
import { type ManifestFiles } from './manifest-files.js';
import { nonce, temporaryName } from './names.js';
import { encodeReferrerRecord, encodeTagRecord } from './records.js';
import { type Trash } from './trash.js';

export interface PublishParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly files: StoredFiles;
  readonly space: FreeSpace;
  readonly trash: Trash;
  readonly manifests: ManifestFiles;
}

/** Publishing into one repository; an intent is the path of its file. */
export class FilePublishSteps implements PublishSteps<string> {
  constructor(
    private readonly parts: PublishParts,
    private readonly repository: RepositoryName,
  ) {}

  async writeIntent(bytes: Uint8Array): Promise<string> {
    const { layout, durability, space } = this.parts;
    await space.require(bytes.byteLength);
    const intent = join(layout.pending(this.repository), nonce());
    await durability.inDirectory(dirname(intent), () => durability.createFile(intent, bytes));
    await this.parts.files.touch(intent, bytes.byteLength);
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

  async placeNames(publication: Publication): Promise<void> {
    const { layout, durability } = this.parts;
    const { manifest, digest, tags } = publication;
    const directories = new Set([dirname(layout.manifest(this.repository, digest))]);
    if (manifest.subject !== undefined) {
      const entry = layout.referrer(this.repository, manifest.subject.digest, digest);
      const record = encodeReferrerRecord(referrerDescriptor(manifest, digest));
      await durability.replaceFile(entry, record);
      directories.add(dirname(entry));
    }
    const { mediaType, bytes } = manifest;
    const record = { digest, mediaType, size: bytes.byteLength, pushedAt: Date.now() };
    for (const tag of tags) {
      await durability.replaceFile(layout.tag(this.repository, tag), encodeTagRecord(record));
      directories.add(layout.tags(this.repository));
    }
    await Promise.all([...directories].map((directory) => durability.syncDirectory(directory)));
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    return (await this.parts.manifests.sizeOf(this.repository, digest)) !== undefined;
  }

  async removeIntent(intent: string): Promise<void> {
    await unlink(intent).catch(absentIfMissing);
  }
}

/** The intent goes on to have its own name until the publish ends. */
async function replaceByLink(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), temporaryName());
  await link(from, temporary);
  await rename(temporary, to).finally(() => unlink(temporary).catch(absentIfMissing));
}
