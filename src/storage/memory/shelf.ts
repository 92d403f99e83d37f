import { type PassFilter } from '../protocol/collect/passes.js';

/** An item that can be in several places at once, like a file with several links. */
export interface Linked {
  links: number;
  /** The last-used time, in milliseconds since the epoch. */
  lastUsed: number;
}

/** Items of one kind by their keys. An item can be in its place, set aside by one or more passes, or both. */
export class Shelf<T extends Linked> {
  private readonly live = new Map<string, T>();
  private readonly passes = new Map<string, Map<string, T>>();

  /**
   * @param free called with an item that has no place left
   * @param count called with an item and the change of the number of its places
   */
  constructor(
    private readonly free: (item: T) => void,
    private readonly count: (item: T, change: 1 | -1) => void,
  ) {}

  get(key: string): T | undefined {
    return this.live.get(key);
  }

  get size(): number {
    return this.live.size;
  }

  entries(): Iterable<[string, T]> {
    return this.live.entries();
  }

  put(key: string, item: T): void {
    this.link(this.live, key, item);
  }

  /** Removes an item from its place. Returns whether it was there. */
  remove(key: string): boolean {
    return this.unlink(this.live, key);
  }

  /** Removes an item from its place and from all passes. Returns whether it existed. */
  removeEverywhere(key: string): boolean {
    const dropped = this.dropEverywhere(key);
    return this.remove(key) || dropped;
  }

  /** Removes an item from all passes. Returns whether one had it. */
  dropEverywhere(key: string): boolean {
    return [...this.passes.keys()].filter((pass) => this.drop(pass, key)).length > 0;
  }

  /** Returns all keys, of items in their place and of items set aside, each once. */
  keys(): string[] {
    const aside = [...this.passes.values()].flatMap((entries) => [...entries.keys()]);
    return [...new Set([...this.live.keys(), ...aside])];
  }

  /** Moves an item from its place to `pass`. Returns whether it was in its place. */
  moveAside(pass: string, key: string): boolean {
    const item = this.live.get(key);
    if (item === undefined) return false;
    const entries = this.passes.get(pass) ?? new Map<string, T>();
    this.passes.set(pass, entries);
    this.link(entries, key, item);
    return this.remove(key);
  }

  /** Restores an item that one of the allowed passes has set aside. Returns whether one had. */
  rescue(key: string, allows: PassFilter): boolean {
    return [...this.passes.keys()].some((pass) => allows(pass) && this.restore(pass, key));
  }

  /** Restores an item of `pass`, unless its place is taken, and keeps it in the pass. Returns whether the pass has it. */
  restore(pass: string, key: string): boolean {
    const item = this.passes.get(pass)?.get(key);
    if (item === undefined) return false;
    if (!this.live.has(key)) this.put(key, item);
    return true;
  }

  /** Removes an item from `pass`. Returns whether it was there. */
  drop(pass: string, key: string): boolean {
    const entries = this.passes.get(pass);
    const dropped = entries !== undefined && this.unlink(entries, key);
    if (entries?.size === 0) this.passes.delete(pass);
    return dropped;
  }

  *aside(): Iterable<{ pass: string; key: string; item: T }> {
    for (const [pass, entries] of this.passes) {
      for (const [key, item] of entries) yield { pass, key, item };
    }
  }

  /** Returns an item that one of the chosen passes has set aside. */
  peekIn(chosen: PassFilter, key: string): T | undefined {
    const passes = [...this.passes].filter(([pass]) => chosen(pass));
    return passes.map(([, entries]) => entries.get(key)).find((item) => item !== undefined);
  }

  /** Returns an item, in its place or set aside. */
  peek(key: string): T | undefined {
    const aside = [...this.passes.values()].map((entries) => entries.get(key));
    return this.live.get(key) ?? aside.find((item) => item !== undefined);
  }

  isEmpty(): boolean {
    return this.live.size === 0 && this.passes.size === 0;
  }

  private link(place: Map<string, T>, key: string, item: T): void {
    if (place.get(key) === item) return;
    item.links++;
    this.count(item, 1);
    this.unlink(place, key);
    place.set(key, item);
  }

  private unlink(place: Map<string, T>, key: string): boolean {
    const item = place.get(key);
    if (item === undefined) return false;
    place.delete(key);
    item.links--;
    this.count(item, -1);
    if (item.links === 0) this.free(item);
    return true;
  }
}
