import { Inject, Injectable } from '@nestjs/common';

import {
  isJsonObject,
  tryParseJson,
  tryParseJsonObject,
  readAnnotations,
  type Annotations,
  type Descriptor,
  type JsonObject,
} from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Caller } from '../../access/policy/caller.js';
import { BlobStore } from '../../storage/ports/blob-store.js';
import { ManifestStore, type Publication } from '../../storage/ports/manifest-store.js';
import { missingContent } from '../../storage/protocol/failures.js';
import { readAll } from '../../storage/protocol/read-all.js';
import { FallbackReferrers } from './fallback-referrers.js';
import { type PublishContext } from './publish-context.js';
import { ManifestRefused, PUBLISH_RULES, type PublishRule } from './publish-rule.js';
import { mergeCandidates } from './referrers-page.js';

/** The default size limit of manifests. Configs are about as large. */
const MAX_READ_BYTES = 4 * 1024 * 1024;

/** Runs the publish rules for each manifest, and gives them access to the content that they may read. */
@Injectable()
export class PublishCheck {
  constructor(
    @Inject(PUBLISH_RULES) private readonly rules: readonly PublishRule[],
    private readonly blobs: BlobStore,
    private readonly manifests: ManifestStore,
    private readonly fallback: FallbackReferrers,
  ) {}

  /** @throws the errors of the rules */
  async check(
    repository: RepositoryName,
    { manifest, digest, tags }: Publication,
    caller: Caller,
  ): Promise<void> {
    if (this.rules.length === 0) return;
    // A rule that changed the bytes would publish content that does not match the digest.
    const { bytes, ...understood } = manifest;
    const readBlob = (wanted: Digest, maxBytes = MAX_READ_BYTES) =>
      this.readBlob(repository, wanted, maxBytes);
    const config = (maxBytes?: number) => readConfig(manifest.config, readBlob, maxBytes);
    const context: PublishContext = {
      repository,
      digest,
      tags: [...tags],
      mediaType: manifest.mediaType,
      manifest: understood,
      get json() {
        return tryParseJson(bytes) as JsonObject;
      },
      caller,
      config,
      labels: async () => labelsIn(await config()),
      readBlob,
      referrers: (subject = digest) => this.referrers(repository, subject),
    };
    for (const rule of this.rules) await rule.check(context);
  }

  private async readBlob(
    repository: RepositoryName,
    digest: Digest,
    maxBytes: number,
  ): Promise<Uint8Array | undefined> {
    const blob = await this.blobs.open(repository, digest);
    if (blob === undefined) return undefined;
    try {
      if (blob.size <= maxBytes) return await readAll(blob);
    } finally {
      await blob.close();
    }
    const message = `the publish rules read blobs of at most ${maxBytes} bytes`;
    throw new ManifestRefused(message, { digest, size: blob.size });
  }

  private async *referrers(repository: RepositoryName, subject: Digest): AsyncIterable<Descriptor> {
    const all = mergeCandidates(
      this.manifests.referrers(repository, subject),
      this.fallback.list(repository, subject, undefined),
    );
    for await (const { descriptor } of all) if (descriptor !== undefined) yield descriptor;
  }
}

async function readConfig(
  config: Descriptor | undefined,
  readBlob: PublishContext['readBlob'],
  maxBytes: number | undefined,
): Promise<JsonObject | undefined> {
  if (config === undefined) return undefined;
  const { digest } = config;
  const bytes = await readBlob(digest, maxBytes);
  if (bytes === undefined) throw missingContent([digest]);
  return tryParseJsonObject(bytes);
}

/** Returns the labels of an image config. OCI image specification, "Image Configuration": `config.Labels`. */
function labelsIn(json: JsonObject | undefined): Annotations {
  const config = json?.['config'];
  const labels = isJsonObject(config) ? readAnnotations(config['Labels']) : undefined;
  return typeof labels === 'object' ? labels : {};
}
