/** A client or collector of the store. Its storage calls `beforeStep` before each step that other actors can see. */
export interface Actor {
  readonly name: string;
  run(): Promise<unknown>;
}

interface Running {
  readonly actor: Actor;
  /** Lets the actor make its next step; `undefined` once it has ended. */
  go: (() => void) | undefined;
}

/**
 * Runs exactly one actor at a time, step by step.
 *
 * All other actors wait before their next step, so the caller of `beforeStep` is the chosen actor. Before `begin` and after `end`
 * no call waits, so that the test can set up and inspect the store.
 */
export class Scheduler {
  private readonly actors: Running[] = [];
  private current: Running | undefined;
  private signal: () => void = () => undefined;

  /** The error of an actor. It ends the schedule. */
  failure: unknown;

  readonly beforeStep = (): Promise<void> => {
    const { current } = this;
    if (current === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      current.go = resolve;
      this.signal();
    });
  };

  /** The index of the running actor. */
  get currentIndex(): number {
    return this.current === undefined ? -1 : this.actors.indexOf(this.current);
  }

  /** Runs each actor up to its first step. */
  async begin(actors: readonly Actor[]): Promise<void> {
    for (const actor of actors) {
      const running: Running = { actor, go: undefined };
      this.actors.push(running);
      await this.untilItWaits(running, () => void this.runToEnd(running));
    }
  }

  /** Returns the indexes of the actors that have not ended. */
  enabled(): number[] {
    return this.actors.flatMap(({ go }, index) => (go === undefined ? [] : [index]));
  }

  name(index: number): string {
    return this.actors[index]?.actor.name ?? '?';
  }

  /** Runs an actor's next step, up to the beginning of the step after it. */
  async step(index: number): Promise<void> {
    const running = this.actors[index];
    const go = running?.go;
    if (running === undefined || go === undefined) throw new Error(`actor ${index} has ended`);
    running.go = undefined;
    await this.untilItWaits(running, go);
  }

  end(): void {
    this.current = undefined;
  }

  private untilItWaits(running: Running, go: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.signal = resolve;
      this.current = running;
      go();
    });
  }

  private async runToEnd(running: Running): Promise<void> {
    try {
      await running.actor.run();
    } catch (error) {
      this.failure ??= error;
    }
    running.go = undefined;
    this.signal();
  }
}
