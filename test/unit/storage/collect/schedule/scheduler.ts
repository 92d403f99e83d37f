/** Somebody who works on the store: `run` calls `beforeStep` of the storage before each thing that others may see. */
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
 * Lets exactly one actor at a time go on, step by step.
 *
 * Everybody else waits before a step of his own, so the caller of `beforeStep` is the actor that was chosen. Before `begin`
 * and after `end` nobody waits: the test itself then sets up and inspects the store.
 */
export class Scheduler {
  private readonly actors: Running[] = [];
  private current: Running | undefined;
  private signal: () => void = () => undefined;

  /** What an actor threw; it ends the schedule. */
  failure: unknown;

  readonly beforeStep = (): Promise<void> => {
    const { current } = this;
    if (current === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      current.go = resolve;
      this.signal();
    });
  };

  /** Which actor is at work. */
  get currentIndex(): number {
    return this.current === undefined ? -1 : this.actors.indexOf(this.current);
  }

  /** Has each actor come to its first step. */
  async begin(actors: readonly Actor[]): Promise<void> {
    for (const actor of actors) {
      const running: Running = { actor, go: undefined };
      this.actors.push(running);
      await this.untilItWaits(running, () => void this.runToEnd(running));
    }
  }

  /** The actors that have a step to make. */
  enabled(): number[] {
    return this.actors.flatMap(({ go }, index) => (go === undefined ? [] : [index]));
  }

  name(index: number): string {
    return this.actors[index]?.actor.name ?? '?';
  }

  /** Has an actor make its next step, and all that follows up to the one after it. */
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
