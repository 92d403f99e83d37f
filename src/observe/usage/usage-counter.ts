import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { Log, type PartLog } from '../../log/log.js';
import { UsageStore } from '../../storage/ports/usage-store.js';
import { PullCounts } from './pull-counts.js';

/** How often the counts are written. A crash loses at most so many milliseconds of pulls. */
const FLUSH_EVERY_MS = 60_000;

/** How many manifests are counted before the counts are written early. They take about 20 MB. */
const MAX_MANIFESTS = 100_000;

/** Counts the manifests that clients pull, and writes the counts once a minute. */
@Injectable()
export class UsageCounter
  implements RequestObserver, OnApplicationBootstrap, OnApplicationShutdown
{
  readonly methods = ['GET'] as const;
  private readonly log: PartLog;
  private readonly counts = new PullCounts(MAX_MANIFESTS);
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private isFailing = false;

  constructor(
    private readonly usage: UsageStore,
    log: Log,
  ) {
    this.log = log.of('Usage');
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  /** Writes the counts, after the last request has finished. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    await this.flush();
  }

  finished(finished: FinishedRequest): void {
    const { response, status } = finished;
    if (status < 200 || status >= 300) return;
    if (finished.route !== 'manifest' || finished.cut) return;
    const { repository } = finished;
    const digest = response.getHeader('Docker-Content-Digest');
    if (repository === undefined || typeof digest !== 'string') return;
    this.counts.add(repository, digest, Date.now());
    if (this.counts.isFull && !this.isFailing) void this.flush();
  }

  /** Writes the counts. Resolves, also if that fails: then they are kept and written the next time. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async write(): Promise<void> {
    const failures: unknown[] = [];
    for (const [repository, pulls] of this.counts.take()) {
      try {
        await this.usage.add(repository, pulls);
      } catch (error) {
        failures.push(error);
        for (const { digest, pulls: count, lastPulledAt } of pulls) {
          this.counts.add(repository, `${digest}`, lastPulledAt, count);
        }
      }
    }
    this.report(failures[0]);
  }

  /** Logs the first of several failures in succession. */
  private report(failure: unknown): void {
    if (failure !== undefined && !this.isFailing) {
      this.log.error(
        'pulls could not be recorded; they are kept in memory and written later',
        failure instanceof Error ? failure.stack : failure,
      );
    }
    this.isFailing = failure !== undefined;
  }
}
