import { RegistryError } from '../../domain/errors.js';

/** Does a few things at once; the others wait, first come, first served, and not too many of them. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws RegistryError `too-many-requests` */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  private async begin(): Promise<void> {
    if (this.running < this.atOnce) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) {
      throw new RegistryError('too-many-requests', 'too many logins at once', { retryAfter: 1 });
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the slot to the next waiter directly, so that no newcomer can take it first. */
  private end(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }
}
