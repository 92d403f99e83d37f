import { RegistryError } from '../../domain/errors.js';
import { type WarmReport, type WarmStep } from '../../domain/mirror-control.js';
import { type PartLog } from '../../log/log.js';
import { type Storage } from '../../storage/ports/storage.js';
import { holdLease, type HeldLease } from '../../storage/protocol/with-lease.js';
import { type ImageFetch } from '../content/image-fetch.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { recordOf } from '../records/record-names.js';
import { type WarmImage } from '../plan/warm-image.js';
import { WarmRecords, wantedOf } from './warm-records.js';
import { WarmRun } from './warm-run.js';

/** What the work needs. */
export interface WarmingParts {
  readonly storage: Pick<Storage, 'lease' | 'secrets'>;
  readonly images: ImageFetch;
  readonly log: PartLog;
  /** Whether the registry stores nothing now. */
  readonly isReadOnly: () => boolean | Promise<boolean>;
  /** The time in milliseconds since the epoch; by default that of the system. */
  readonly now?: () => number;
}

/** A run that failed in part is repeated after this part of its interval, but not earlier than `MIN_RETRY_MS`. */
const RETRIES = 4;
const MIN_RETRY_MS = 600_000;

/** Fetches images before a client asks for them: for each mirror, in one process of the storage at a time. */
export class Warming {
  private readonly records: WarmRecords;
  private readonly ending = new AbortController();

  constructor(private readonly parts: WarmingParts) {
    this.records = new WarmRecords(parts.storage.secrets);
  }

  /** Resolves to the last run for all images of the mirrors file, by any process. */
  last(mirror: string): Promise<WarmReport | undefined> {
    return this.records.get(mirror);
  }

  /**
   * Begins to fetch images, by default those of the mirrors file. The caller reads all steps, or leaves the loop to end the work.
   *
   * @throws RegistryError `denied` while the registry is read-only, or `mirror-busy` if another run fetches for this mirror
   */
  async begin(
    plan: MirrorPlan,
    signal: AbortSignal,
    images?: readonly WarmImage[],
  ): Promise<AsyncGenerator<WarmStep>> {
    if (await this.parts.isReadOnly()) {
      const advice = 'try again when its operator has switched this off';
      throw new RegistryError('denied', 'the registry is read-only, so nothing is stored', {
        advice,
      });
    }
    const lease = await this.lease(plan);
    if (lease !== undefined) return this.run(plan, lease, signal, images).steps();
    const message = `images of ${plan.name} are being fetched already`;
    throw new RegistryError('mirror-busy', message, { advice: 'try again later' });
  }

  /** Fetches the images of the mirrors file if that is due. Resolves at the end. */
  async runIfDue(plan: MirrorPlan): Promise<void> {
    if (!(await this.isDue(plan)) || (await this.parts.isReadOnly())) return;
    const lease = await this.lease(plan);
    if (lease === undefined) return;
    // Another process may have done it since.
    if (!(await this.isDue(plan))) return lease.release();
    const run = this.run(plan, lease, this.ending.signal);
    try {
      await run.finish();
    } catch (error) {
      if (!this.ending.signal.aborted) throw error;
    } finally {
      this.report(plan, run);
    }
  }

  /** Ends all runs, each before its next blob. */
  end(): void {
    const detail = { retryAfter: 1, advice: 'try again' };
    this.ending.abort(new RegistryError('upstream-unavailable', 'the registry stops', detail));
  }

  private lease({ name }: MirrorPlan): Promise<HeldLease | undefined> {
    return holdLease(this.parts.storage, { name: `mirror-warm-${recordOf(name)}` });
  }

  private async isDue({ name, warm, offline }: MirrorPlan): Promise<boolean> {
    const { everyMs } = warm ?? {};
    if (warm === undefined || everyMs === undefined || offline || this.ending.signal.aborted) {
      return false;
    }
    const last = await this.records.get(name);
    // An interrupted run goes on.
    if (last?.endedAt === undefined || last.wanted !== wantedOf(warm)) return true;
    const retryMs = Math.min(everyMs, Math.max(everyMs / RETRIES, MIN_RETRY_MS));
    const { now = Date.now } = this.parts;
    const age = now() - last.startedAt;
    // A clock that was set back must not keep the images from being fetched.
    return age < 0 || age >= (last.failed.length > 0 ? retryMs : everyMs);
  }

  private run(
    plan: MirrorPlan,
    lease: HeldLease,
    signal: AbortSignal,
    images?: readonly WarmImage[],
  ): WarmRun {
    const { images: fetch, now = Date.now } = this.parts;
    const either = AbortSignal.any([signal, this.ending.signal]);
    const records = images === undefined ? this.records : undefined;
    return new WarmRun(plan, { fetch, lease, signal: either, records, now }, images);
  }

  private report(
    { name }: MirrorPlan,
    { manifests, fetchedBytes, failed, failures }: WarmRun,
  ): void {
    const { log } = this.parts;
    if (fetchedBytes > 0) {
      log.log(
        `${name}: ${fetchedBytes} bytes fetched before they are needed (manifests: ${manifests})`,
      );
    }
    for (const { image, reason } of failed)
      log.warn(`${name}: ${image} was not fetched: ${reason}`);
    const others = failures - failed.length;
    if (others > 0) log.warn(`${name}: ${others} more images were not fetched`);
  }
}
