import { type WarmFailure, type WarmStep } from '../../domain/mirror-control.js';
import { type HeldLease } from '../../storage/protocol/with-lease.js';
import { type ImageFetch } from '../content/image-fetch.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type WarmImage } from '../plan/warm-image.js';
import { MAX_FAILURES, wantedOf, type WarmRecords } from './warm-records.js';
import { WarmSteps } from './warm-steps.js';

/** What a run works with. */
export interface RunParts {
  readonly fetch: ImageFetch;
  /** It is released at the end. */
  readonly lease: HeldLease;
  readonly signal: AbortSignal;
  /** Where the run is recorded; `undefined` for one that fetches only some images. */
  readonly records: WarmRecords | undefined;
  readonly now: () => number;
}

/** One run for a mirror, with what it has done so far. */
export class WarmRun {
  manifests = 0;
  fetchedBytes = 0;
  /** The first images that failed: a pattern may mean thousands of tags, which all fail while the upstream rests. */
  readonly failed: WarmFailure[] = [];
  /** How many images failed. */
  failures = 0;

  constructor(
    private readonly plan: MirrorPlan,
    private readonly parts: RunParts,
    private readonly images: readonly WarmImage[] = plan.warm?.images ?? [],
  ) {}

  /** Yields what is stored and what fails, and at the end how much that was. @throws the reason of the signal */
  async *steps(): AsyncGenerator<WarmStep> {
    const { lease, now } = this.parts;
    const startedAt = now();
    try {
      await this.record(startedAt);
      for await (const step of this.work()) {
        this.add(step);
        yield step;
        if (!lease.holds) throw new Error('another process has taken the work over');
      }
      await this.record(startedAt, now());
      yield { manifests: this.manifests, failed: this.failures };
    } finally {
      await lease.release();
    }
  }

  /** Does all of it. @throws the reason of the signal */
  async finish(): Promise<void> {
    const steps = this.steps();
    while ((await steps.next()).done !== true);
  }

  private work(): AsyncGenerator<WarmStep> {
    const { fetch, signal } = this.parts;
    const platforms = this.plan.warm?.platforms ?? [];
    return new WarmSteps(this.plan, fetch, { platforms, signal }).of(this.images);
  }

  private add(step: WarmStep): void {
    if ('reason' in step) {
      this.failures += 1;
      if (this.failures <= MAX_FAILURES) this.failed.push(step);
    } else if ('digest' in step) {
      this.manifests += 1;
      this.fetchedBytes += step.fetchedBytes;
    }
  }

  private async record(startedAt: number, endedAt?: number): Promise<void> {
    const { manifests, failed } = this;
    const { name, warm } = this.plan;
    if (warm === undefined) return;
    await this.parts.records?.put(name, {
      ...{ startedAt, manifests, failed, wanted: wantedOf(warm) },
      ...(endedAt !== undefined && { endedAt }),
    });
  }
}
