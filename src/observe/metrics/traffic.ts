import { LRUCache } from 'lru-cache';

import { type RepositoryName } from '../../domain/repository-name.js';

/** How many repositories are compared for each one that is chosen. */
const CANDIDATES = 10;

/** What remains of the traffic at each choice, so that old traffic loses against new one. */
const REMAINS = 0.5;

/** A repository takes the place of another one only with this much more traffic, so that places do not change all the time. */
const LEAD = 2;

/** Finds the repositories with the most traffic, in bounded memory. */
export class Traffic {
  private readonly candidates: LRUCache<RepositoryName, number>;
  private readonly chosen = new Map<RepositoryName, number>();

  constructor(private readonly most: number) {
    this.candidates = new LRUCache({ max: most * CANDIDATES });
  }

  /** Adds traffic. Returns whether the repository is one of the chosen ones. A free place is taken at once. */
  add(name: RepositoryName, amount: number): boolean {
    const before = this.chosen.get(name);
    if (before !== undefined || this.chosen.size < this.most) {
      this.chosen.set(name, (before ?? 0) + amount);
      return true;
    }
    this.candidates.set(name, (this.candidates.get(name) ?? 0) + amount);
    return false;
  }

  /** Gives places to candidates that have much more traffic. Returns the repositories that lost theirs. */
  choose(): RepositoryName[] {
    const rising = [...this.candidates.entries()].sort(([, a], [, b]) => b - a);
    const falling = [...this.chosen].sort(([, a], [, b]) => a - b);
    const gone: RepositoryName[] = [];
    for (const [index, [name, amount]] of falling.entries()) {
      const [candidate, traffic = 0] = rising[index] ?? [];
      if (candidate === undefined || traffic < amount * LEAD) break;
      this.chosen.delete(name);
      this.chosen.set(candidate, traffic);
      this.candidates.delete(candidate);
      gone.push(name);
    }
    for (const [name, amount] of this.chosen) this.chosen.set(name, amount * REMAINS);
    // A copy, because setting an entry makes it the newest one.
    for (const [name, amount] of [...this.candidates.entries()]) {
      this.candidates.set(name, amount * REMAINS);
    }
    return gone;
  }
}
