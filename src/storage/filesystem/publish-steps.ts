import { link, rename, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { referrerDescriptor, type RequiredContent } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Publication } from '../ports/manifest-store.js';
import { type PublishSteps } from '../protocol/publish.js';
import { type Claims } from './claims.js';
import { type Durability } from './durability.js';
import { absentIfMissing, hasCode } from './fs-errors.js';
import { type Layout } from './layout.js';
import { type ManifestFiles } from './manifest-files.js';
import { breathe, sizeOfFile } from './metadata.js';
import { nonce, temporaryName } from './names.js';
import { encodeReferrerRecord, encodeTagRecord } from './records.js';

/** Children looked at before the event loop gets a turn. */
const CHILDREN_A_TURN = 200;

export interface PublishParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly claims: Claims;
  readonly manifests: ManifestFiles;
}

/** Publishing into one repository; an intent is the path of its file. */
export class FilePublishSteps implements PublishSteps<string> {
  private looks = 0;

  constructor(
    private readonly parts: PublishParts,
    private readonly repository: RepositoryName,
  ) {}

  async writeIntent(bytes: Uint8Array): Promise<string> {
    const { layout, durability } = this.parts;
    const intent = join(layout.pending(this.repository), nonce());
    await durability.inDirectory(dirname(intent), () => durability.createFile(intent, bytes));
    return intent;
  }

  async hasContent({ digest, as }: RequiredContent): Promise<boolean> {
    if (++this.looks % CHILDREN_A_TURN === 0) await breathe();
    if ((await this.parts.claims.sizeOf(this.repository, digest)) !== undefined) return true;
    return as === 'manifest-or-blob' && this.hasManifest(digest);
  }

  async placeManifest(intent: string, { manifest, digest }: Publication): Promise<void> {
    const target = this.parts.layout.manifest(this.repository, digest);
    await this.parts.durability.inDirectory(dirname(target), async () => {
      try {
        await link(intent, target);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        if (sizeOfFile(target) === manifest.bytes.byteLength) await touch(target);
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

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(absentIfMissing);
}

async function replaceByLink(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), temporaryName());
  await link(from, temporary);
  await rename(temporary, to);
}
