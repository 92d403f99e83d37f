import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type Storage } from '../../storage/ports/storage.js';
import { RegistryError } from '../../domain/errors.js';
import { Collector, tidyLimits, type Collected, type CollectorOptions } from './collector.js';
import { ALWAYS, type Turn } from './collector-lease.js';

/** How a whole storage is collected; times in milliseconds. */
export interface CollectionOptions extends CollectorOptions {
  /** Uploads without new bytes for this time expire. */
  readonly uploadTtlMs: number;
  /** In how many passes all content is looked at for what a crash left unclaimed; what is asked of one is the whole at 1. */
  readonly sweepPasses: number;
}

/** An upload that was given up. */
export interface GivenUp {
  readonly repository: RepositoryName;
  readonly kind: 'uploads';
  readonly id: UploadId;
  readonly size: number;
  readonly freed: number;
}

/** Content that no repository claimed: what a crash leaves between the last claim and the content. */
export interface SweptContent {
  readonly kind: 'content';
  readonly freed: number;
}

export type Gone = Collected | GivenUp | SweptContent;

/** Collects a whole storage, one repository after the other. Use the same one again: it passes over what has not changed. */
export class Collection {
  private readonly collector: Collector;
  private readonly settled = new Map<RepositoryName, string>();
  private passes = 0;

  constructor(
    private readonly storage: Storage,
    private readonly options: CollectionOptions,
  ) {
    this.collector = new Collector(storage, options);
  }

  /** One pass, while it is its turn: abandoned uploads, each repository, unclaimed content. Tells each thing when it is gone. */
  async *run(turn: Turn = ALWAYS): AsyncGenerator<Gone> {
    yield* this.giveUpUploads();
    for await (const repository of this.storage.garbage.repositories()) {
      if (!turn.holds) return;
      yield* this.collectIfChanged(repository, turn);
    }
    const part = { index: this.passes++ % this.options.sweepPasses, of: this.options.sweepPasses };
    const freed = await this.storage.garbage.sweepUnclaimed(tidyLimits(this.options), part);
    if (freed > 0) yield { kind: 'content', freed };
  }

  /** What a pass would collect, without the uploads and the content that a crash left. Nothing is moved. */
  async *preview(): AsyncGenerator<Gone> {
    const going = new Map<string, number>();
    for await (const repository of this.storage.garbage.repositories()) {
      yield* this.collector.preview(repository, going);
    }
  }

  private async *collectIfChanged(
    repository: RepositoryName,
    turn: Turn,
  ): AsyncGenerator<Collected> {
    // Taken before the look: what changes meanwhile changes it for the next pass.
    const fingerprint = await this.storage.garbage.of(repository).fingerprint();
    if (fingerprint !== undefined && this.settled.get(repository) === fingerprint) return;
    let collected = 0;
    const pass = this.collector.collect(repository, turn);
    for (;;) {
      const next = await pass.next();
      if (next.done === true) {
        const settled = next.value && collected === 0 && fingerprint !== undefined;
        if (settled) this.settled.set(repository, fingerprint);
        else this.settled.delete(repository);
        return;
      }
      collected++;
      yield next.value;
    }
  }

  private async *giveUpUploads(): AsyncGenerator<GivenUp> {
    const { uploads } = this.storage;
    const limit = this.options.now() - this.options.uploadTtlMs;
    for await (const { repository, id, offset } of uploads.idleSince(limit)) {
      try {
        const upload = await uploads.open(repository, id);
        await upload.discard();
      } catch (error) {
        // Somebody came back to it, or another collector was quicker.
        if (error instanceof RegistryError) continue;
        throw error;
      }
      yield { repository, kind: 'uploads', id, size: offset, freed: offset };
    }
  }
}
