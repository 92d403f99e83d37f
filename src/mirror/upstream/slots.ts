import { RegistryError } from '../../domain/errors.js';

/** What clients get for work that did not get its turn. */
interface Refusal {
  readonly message: string;
  readonly advice: string;
}

/** Limits how much work runs at once. The rest waits in the order in which it came. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(
    private free: number,
    /** How long work waits for its turn, in milliseconds. */
    private readonly patienceMs: number,
    private readonly refusal: Refusal,
  ) {}

  /** Waits for a slot, and resolves to what gives it back. @throws RegistryError `too-many-requests` if none is free in time */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await this.turn();
    return () => this.giveBack();
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(this.tooMany());
      }, this.patienceMs);
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.add(begin);
    });
  }

  private giveBack(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.free += 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  private tooMany(): RegistryError {
    const { message, advice } = this.refusal;
    const retryAfter = Math.ceil(this.patienceMs / 1_000);
    return new RegistryError('too-many-requests', message, { retryAfter, advice });
  }
}
