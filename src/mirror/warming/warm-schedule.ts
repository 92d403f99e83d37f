import { type PartLog } from '../../log/log.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { type Warming } from './warming.js';

/** How soon after the start, and how often, it is looked whether a run is due. In milliseconds. */
const FIRST_MS = 2_000;
const EVERY_MS = 60_000;

/** Waits of the schedule, in milliseconds, where a test has others. */
export interface ScheduleTimes {
  readonly firstMs?: number;
  readonly everyMs?: number;
}

/** Fetches the images of the mirrors file when that is due. */
export class WarmSchedule {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isEnding = false;

  constructor(
    private readonly plan: Pick<CurrentMirrors, 'value'>,
    private readonly warming: Warming,
    private readonly log: PartLog,
    private readonly times: ScheduleTimes = {},
  ) {}

  start(): void {
    this.wait(this.times.firstMs ?? FIRST_MS);
  }

  /** Ends all runs. Resolves when the one of the schedule has ended, which may wait for the end of the connections. */
  async close(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    this.warming.end();
    await this.running;
  }

  private wait(ms: number): void {
    if (this.isEnding) return;
    this.timer = setTimeout(() => {
      this.running = this.look().finally(() => this.wait(this.times.everyMs ?? EVERY_MS));
    }, ms);
    this.timer.unref();
  }

  /** The registry continues to serve, and a later run tries again. */
  private async look(): Promise<void> {
    for (const mirror of this.plan.value.mirrors) {
      if (this.isEnding) return;
      await this.warming.runIfDue(mirror).catch((error: unknown) => {
        const reason = error instanceof Error ? error.stack : error;
        this.log.error(`images of ${mirror.name} were not fetched`, reason);
      });
    }
  }
}
