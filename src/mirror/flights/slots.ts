import { RegistryError } from '../../domain/errors.js';

/** How long a download waits for its turn, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Limits how many downloads run at once. The others wait in the order in which they came. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(
    private free: number,
    private readonly patienceMs = PATIENCE_MS,
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
        reject(tooMany(this.patienceMs));
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
}

function tooMany(patienceMs: number): RegistryError {
  return new RegistryError('too-many-requests', 'the mirror downloads too much at once', {
    retryAfter: Math.ceil(patienceMs / 1_000),
    advice: 'try again later; the operator can allow more by `connections` in the mirrors file',
  });
}
