import { Inject, Injectable } from '@nestjs/common';

import { type Caller } from '../../access/policy/caller.js';
import { section } from '../../config/config.module.js';
import { type GcSettings } from '../../config/sections/gc.settings.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type EventOrigin } from '../../domain/registry-event.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Precondition } from '../../http/api/preconditions.js';
import { Storage } from '../../storage/ports/storage.js';
import { type ExpectedTag } from '../../storage/ports/tag-store.js';
import { ManifestRemoval, type Remover } from './manifest-removal.js';
import { ManifestsService } from './manifests.service.js';
import { unknownManifest } from './unknown-manifest.js';

/** A change of a tag: who asks for it, and what must hold at its moment. */
interface Change {
  readonly caller: Caller;
  /** The request, for the events. */
  readonly origin: EventOrigin;
  readonly precondition: Precondition | undefined;
}

/** A tag that was removed. */
interface RemovedTag {
  readonly digest: Digest;
  readonly otherTags: readonly TagName[];
  /** What happens to the manifest, for people. */
  readonly manifest: string;
}

/** Sets and removes tags of manifests that the repository already has. */
@Injectable()
export class TagChanges {
  private readonly keepsUntagged: boolean;

  constructor(
    private readonly storage: Storage,
    private readonly manifests: ManifestsService,
    private readonly removal: ManifestRemoval,
    @Inject(section('gc')) { untagged }: GcSettings,
  ) {
    this.keepsUntagged = untagged === 'keep';
  }

  /**
   * Points a tag to a manifest, by the rules of a push. Resolves to the manifest that it pointed to before.
   *
   * @throws RegistryError `manifest-unknown`, `tag-changed`, and the errors of the rules
   */
  async set(
    repository: RepositoryName,
    tag: TagName,
    { digest, caller, origin, precondition }: Change & { readonly digest: Digest },
  ): Promise<Digest | undefined> {
    const stored = await this.storage.manifests.read(repository, digest);
    if (stored === undefined) throw unknownManifest(digest);
    const expects = await this.expected(repository, tag, precondition);
    const { moved } = await this.manifests.put(repository, {
      reference: digest,
      tags: [tag],
      contentType: stored.mediaType,
      bytes: stored.bytes,
      caller,
      origin,
      ...(expects && { expects }),
    });
    return moved.find((one) => one.tag === tag)?.from;
  }

  /** Removes a tag, but not its manifest. @throws RegistryError `manifest-unknown` or `tag-changed` */
  async remove(
    repository: RepositoryName,
    tag: TagName,
    { caller, origin, precondition }: Change,
  ): Promise<RemovedTag> {
    const expected = await this.expected(repository, tag, precondition);
    for (;;) {
      const current = await this.storage.tags.resolve(repository, tag);
      if (current === undefined && expected === undefined) throw unknownManifest(tag);
      // The answer says what was removed, so that the tag must not move in between.
      const expects = expected ?? { digest: current?.digest };
      try {
        const remover = { ...removerOf({ caller, origin }), expects };
        const removed = await this.storage.tags.remove(repository, tag, remover);
        if (!removed || expects.digest === undefined) throw unknownManifest(tag);
        const otherTags = await this.tagsOf(repository, expects.digest);
        return { digest: expects.digest, otherTags, manifest: this.fate(otherTags) };
      } catch (error) {
        if (expected !== undefined || !isChanged(error)) throw error;
      }
    }
  }

  /** Removes a manifest with its tags, and resolves to them. @throws RegistryError `manifest-unknown` or `denied` */
  async removeManifest(
    repository: RepositoryName,
    digest: Digest,
    by: Omit<Change, 'precondition'>,
  ): Promise<readonly TagName[]> {
    return (await this.removal.removeManifest(repository, digest, removerOf(by))).tags;
  }

  private async expected(
    repository: RepositoryName,
    tag: TagName,
    precondition: Precondition | undefined,
  ): Promise<ExpectedTag | undefined> {
    if (precondition !== 'any') return precondition;
    const current = await this.storage.tags.resolve(repository, tag);
    if (current !== undefined) return { digest: current.digest };
    throw new RegistryError('tag-changed', `tag ${tag} does not exist`, { tag });
  }

  private async tagsOf(repository: RepositoryName, digest: Digest): Promise<TagName[]> {
    const tags: TagName[] = [];
    for await (const holder of this.storage.statistics.holders(repository, [digest])) {
      if ('tag' in holder) tags.push(holder.tag);
    }
    return tags.sort();
  }

  private fate(otherTags: readonly TagName[]): string {
    if (otherTags.length > 0) return 'stays, because other tags point to it';
    if (this.keepsUntagged) return 'stays, because REGISTRY_GC_UNTAGGED is keep';
    return 'goes with a later collection, unless an index lists it';
  }
}

function removerOf({ caller: { name }, origin }: Omit<Change, 'precondition'>): Remover {
  return { origin, ...(name !== undefined && { by: name }) };
}

function isChanged(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'tag-changed';
}
