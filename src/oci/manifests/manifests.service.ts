import { Inject, Injectable } from '@nestjs/common';

import { type ContentSettings } from '../../config/sections/content.settings.js';
import { section } from '../../config/config.module.js';
import { type Caller } from '../../access/policy/caller.js';
import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import {
  parsePushedManifest,
  referrerOf,
  requiredContent,
  type Manifest,
} from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type Reference, type TagName } from '../../domain/reference.js';
import { type EventOrigin } from '../../domain/registry-event.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type MovedTag,
  type OpenManifest,
} from '../../storage/ports/manifest-store.js';
import { TagStore, type ExpectedTag } from '../../storage/ports/tag-store.js';
import { otherDigest } from '../../storage/protocol/failures.js';
import { PublishCheck } from './publish-check.js';
import { unknownManifest } from './unknown-manifest.js';

/** A manifest pushed by a client. */
export interface ManifestPush {
  readonly reference: Reference;
  /** Tags to set in addition to the reference. */
  readonly tags: readonly TagName[];
  readonly contentType: MediaType | undefined;
  readonly bytes: Uint8Array;
  readonly caller: Caller;
  /** What every tag must point to at the moment of its change. */
  readonly expects?: ExpectedTag;
  /** The request, for the events. */
  readonly origin?: EventOrigin;
}

/** The result of a push. */
export interface PublishedManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  /** The tags that did not point to the manifest before. */
  readonly moved: readonly MovedTag[];
}

/** A manifest without its bytes; `size` in bytes. */
export interface ManifestSummary {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly size: number;
}

/** Manifests: OCI Distribution Specification, "Pulling manifests" and "Pushing Manifests". */
@Injectable()
export class ManifestsService {
  constructor(
    private readonly manifests: ManifestStore,
    private readonly tags: TagStore,
    @Inject(section('content')) private readonly settings: ContentSettings,
    private readonly rules: PublishCheck,
  ) {}

  /** @throws RegistryError `manifest-unknown` */
  async describe(repository: RepositoryName, reference: Reference): Promise<ManifestSummary> {
    const found =
      reference instanceof Digest
        ? await this.describeDigest(repository, reference)
        : await this.tags.resolve(repository, reference);
    if (found === undefined) throw unknownManifest(reference);
    return found;
  }

  /** Opens the manifest; the caller closes its content if it is open. @throws RegistryError `manifest-unknown` */
  async open(
    repository: RepositoryName,
    reference: Reference,
  ): Promise<OpenManifest & { readonly digest: Digest }> {
    if (!(reference instanceof Digest)) {
      const found = await this.manifests.openTagged(repository, reference, this.tags);
      if (found === undefined) throw unknownManifest(reference);
      return found;
    }
    const found = await this.manifests.open(repository, reference);
    if (found === undefined) throw unknownManifest(reference);
    return { ...found, digest: reference };
  }

  /**
   * Publishes a manifest under its digest and its tags.
   *
   * @throws RegistryError `manifest-invalid`, `digest-mismatch`, `manifest-blob-unknown`, and the errors of the rules
   */
  async put(repository: RepositoryName, pushed: ManifestPush): Promise<PublishedManifest> {
    const { reference, bytes } = pushed;
    const digest = digestOf(reference, bytes);
    const manifest = parsePushedManifest(bytes, pushed.contentType);
    requireFewEntries(manifest, this.settings.maxManifestEntries);
    const tags = reference instanceof Digest ? pushed.tags : [reference, ...pushed.tags];
    const publication = {
      manifest,
      digest,
      tags: [...new Set(tags)],
      requires: requiredContent(manifest, this.settings.sparseManifests),
      ...referrerOf(manifest, digest),
      ...(pushed.caller.name !== undefined && { by: pushed.caller.name }),
      ...(pushed.expects && { expects: pushed.expects }),
      ...(pushed.origin && { origin: pushed.origin }),
    };
    await this.rules.check(repository, publication, pushed.caller);
    const { moved } = await this.manifests.publish(repository, publication);
    return { digest, manifest, moved };
  }

  private async describeDigest(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestSummary | undefined> {
    const found = await this.manifests.stat(repository, digest);
    return found && { ...found, digest };
  }
}

/**
 * Returns the digest to publish under: the client's if it matches the bytes, or the default one.
 * @throws RegistryError `digest-mismatch`
 */
function digestOf(reference: Reference, bytes: Uint8Array): Digest {
  if (!(reference instanceof Digest)) return Digest.of(bytes);
  const actual = Digest.of(bytes, reference.algorithm);
  if (actual.equals(reference)) return actual;
  throw otherDigest(reference, actual);
}

/** @throws RegistryError `manifest-invalid` */
function requireFewEntries({ layers, manifests }: Manifest, most: number): void {
  const count = layers.length + manifests.length;
  if (count <= most) return;
  const message = `the manifest has ${count} entries; allowed: ${most} (REGISTRY_MAX_MANIFEST_ENTRIES)`;
  throw new RegistryError('manifest-invalid', message, { entries: count, limit: most });
}
