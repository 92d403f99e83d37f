import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  GarbageStore,
  type Part,
  type RepositoryGarbage,
  type TidyLimits,
} from '../protocol/collect/garbage-store.js';
import { ignoreNotFound } from '../../files/errors.js';
import { allNames, listNames } from './disk/list-names.js';
import { decodeRepository } from './names.js';
import { FileRepositoryGarbage, type GarbageParts } from './repository-garbage.js';
import { Tidy } from './tidy.js';

/** The operations of a collector on a store on disk. */
export class FileGarbageStore extends GarbageStore {
  constructor(private readonly parts: GarbageParts) {
    super();
  }

  override async *repositories(): AsyncIterable<RepositoryName> {
    for (const file of await allNames(this.parts.layout.repositories)) {
      const repository = decodeRepository(file);
      if (repository !== undefined) yield repository;
    }
  }

  override of(repository: RepositoryName): RepositoryGarbage {
    return new FileRepositoryGarbage(this.parts, repository);
  }

  override async sweepUnclaimed(limits: TidyLimits, part: Part): Promise<number> {
    let freed = 0;
    for await (const digest of this.contents(part)) {
      const found = await stat(this.parts.layout.content(digest)).catch(ignoreNotFound);
      if (found === undefined || found.nlink > 1 || found.mtimeMs > limits.unused) continue;
      freed += await this.parts.links.freeUnclaimed(digest);
    }
    await new Tidy(limits).uploads(this.parts.layout.uploads);
    return freed;
  }

  /** Yields the digests of all blob content, claimed or not, or of one part, chosen by the first digits of the digest. */
  async *contents({ index, count }: Part = { index: 0, count: 1 }): AsyncIterable<Digest> {
    for (const algorithm of DIGEST_ALGORITHMS) {
      const parent = join(this.parts.layout.root, 'blobs', algorithm);
      for (const prefix of await allNames(parent)) {
        if (Number.parseInt(prefix, 16) % count !== index) continue;
        for await (const name of listNames(join(parent, prefix))) {
          const digest = Digest.tryParse(`${algorithm}:${name}`);
          if (digest !== undefined) yield digest;
        }
      }
    }
  }
}
