/** Limits how much work runs at once. The rest waits in the order in which it came. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(
    private free: number,
    /** How long work waits for its turn, in milliseconds. */
    private readonly patienceMs: number,
    /** Returns the error of work that did not get its turn in time. */
    private readonly refusal: (patienceMs: number) => Error,
  ) {}

  /** Waits for a slot, and resolves to what gives it back. @throws the refusal if none is free in time */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await this.turn();
    return () => this.giveBack();
  }

  /** Whether work waits for a slot. */
  get isWanted(): boolean {
    return this.waiting.size > 0;
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(this.refusal(this.patienceMs));
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
