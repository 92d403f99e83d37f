import { inspect } from 'node:util';

import { Interned } from './intern.js';
import { observeBy, stateOf } from './observed-memory.js';
import { Scheduler, type Actor } from './scheduler.js';
import { World } from './world.js';

/** The actors of a test, and the store that they start with. */
export interface Scenario {
  readonly title: string;
  /** How often an actor may be interrupted although it could continue. Unlimited if absent. */
  readonly preemptions?: number;
  setUp(world: World): Promise<void>;
  actors(world: World): readonly Actor[];
}

export interface Exploration {
  /** How many schedules ended in a new state and were checked. */
  readonly schedules: number;
  /** How many new states were reached. */
  readonly states: number;
  readonly violations: readonly Violation[];
}

export interface Violation {
  readonly problems: readonly string[];
  /** The names of the actors, in the order of their steps. */
  readonly schedule: string;
}

/**
 * Runs and checks every schedule of the scenario's actors, depth first, up to the limit of preemptions.
 *
 * Two states are equal if the store is the same and every actor has seen the same. What follows an equal state is tried only once.
 */
export async function explore(
  scenario: Scenario,
  { stopAtFirst = false }: { stopAtFirst?: boolean } = {},
): Promise<Exploration> {
  const explorer = new Explorer(scenario);
  await explorer.run(stopAtFirst);
  return explorer;
}

/** The first choices of a schedule, and how many preemptions may follow. */
interface Beginning {
  readonly choices: readonly number[];
  readonly left: number;
}

class Explorer implements Exploration {
  schedules = 0;
  states = 0;
  readonly violations: Violation[] = [];
  /** Visited state → the highest number of preemptions that were left there. */
  private readonly visited = new Map<string, number>();
  private readonly waiting: Beginning[] = [];
  private readonly interned = new Interned();

  constructor(private readonly scenario: Scenario) {}

  async run(stopAtFirst: boolean): Promise<void> {
    this.waiting.push({ choices: [], left: this.scenario.preemptions ?? Infinity });
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      await this.goOn(next);
      if (stopAtFirst && this.violations.length > 0) return;
    }
  }

  /** Runs one schedule to its end, or to a state that was visited before. */
  private async goOn({ choices, left }: Beginning): Promise<void> {
    const attempt = await Attempt.begin(this.scenario, this.interned);
    for (const choice of choices) await attempt.step(choice);
    const made = [...choices];
    let problems: readonly string[] = [];
    for (;;) {
      const next = this.choose(attempt, made, left);
      if (next === 'known') break;
      problems = next === 'end' ? await attempt.check() : await attempt.stepAndLook(next);
      if (next === 'end') this.schedules++;
      if (next === 'end' || problems.length > 0) break;
      made.push(next);
    }
    attempt.end();
    if (problems.length > 0) {
      this.violations.push({ problems, schedule: attempt.inWords(made) });
    }
  }

  /** Returns the next actor: the current one if it can continue. Queues the alternatives for later. */
  private choose(
    attempt: Attempt,
    made: readonly number[],
    left: number,
  ): number | 'end' | 'known' {
    const last = made.at(-1) ?? -1;
    if (this.hasBeen(attempt.key(left === Infinity ? -1 : last), left)) return 'known';
    this.states++;
    const enabled = attempt.scheduler.enabled();
    if (enabled.length === 0) return 'end';
    const goesOn = enabled.includes(last);
    const next = goesOn ? last : Math.min(...enabled);
    if (goesOn && left === 0) return next;
    for (const other of enabled.filter((index) => index !== next)) {
      this.waiting.push({ choices: [...made, other], left: goesOn ? left - 1 : left });
    }
    return next;
  }

  private hasBeen(key: string, left: number): boolean {
    if ((this.visited.get(key) ?? -1) >= left) return true;
    this.visited.set(key, left);
    return false;
  }
}

/** One run of the scenario on a new store. */
class Attempt {
  readonly scheduler = new Scheduler();
  private readonly world = new World(this.scheduler.beforeStep);
  /** A number for everything that each actor has seen so far. */
  private readonly seen: number[] = [];

  private constructor(private readonly interned: Interned) {}

  static async begin(scenario: Scenario, interned: Interned): Promise<Attempt> {
    const attempt = new Attempt(interned);
    observeBy(undefined);
    await scenario.setUp(attempt.world);
    attempt.observe();
    await attempt.scheduler.begin(scenario.actors(attempt.world));
    return attempt;
  }

  step(index: number): Promise<void> {
    // A step that reads nothing changes the state of the actor too.
    this.note(index, 'step');
    return this.scheduler.step(index);
  }

  async stepAndLook(index: number): Promise<readonly string[]> {
    await this.step(index);
    return this.problems();
  }

  /** Checks the store after the last step. */
  async check(): Promise<readonly string[]> {
    this.end();
    await this.world.check();
    return this.problems();
  }

  end(): void {
    this.scheduler.end();
    observeBy(undefined);
  }

  /** Returns a text that differs between states that can continue differently. */
  key(last: number): string {
    const { storage, journal } = this.world;
    return [last, ...this.seen, this.interned.of(stateOf(storage)), ...journal.log].join(' ');
  }

  inWords(made: readonly number[]): string {
    const runs: { name: string; steps: number }[] = [];
    for (const index of made) {
      const name = this.scheduler.name(index);
      const run = runs.at(-1);
      if (run?.name === name) run.steps++;
      else runs.push({ name, steps: 1 });
    }
    return runs.map(({ name, steps }) => `${name}×${steps}`).join(' ');
  }

  private observe(): void {
    observeBy({
      actor: () => this.scheduler.currentIndex,
      note: (text) => this.note(this.scheduler.currentIndex, text),
    });
  }

  private note(index: number, text: string): void {
    if (index >= 0) this.seen[index] = this.interned.of(`${this.seen[index] ?? ''} ${text}`);
  }

  private problems(): readonly string[] {
    const { failure } = this.scheduler;
    const failed = failure === undefined ? [] : [`an actor failed: ${inspect(failure)}`];
    return [...failed, ...this.world.journal.problems];
  }
}
