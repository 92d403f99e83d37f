/** What may lie in several places at once, as a file with several links does. */
export interface Linked {
  links: number;
  /** In milliseconds since the epoch. */
  lastUsed: number;
}

/** Things of one kind by their keys: in their place, or in the hands of a collector's pass, or both. */
export class Shelf<T extends Linked> {
  private readonly live = new Map<string, T>();
  private readonly passes = new Map<string, Map<string, T>>();

  /** `free` is called with what has left its last place. */
  constructor(private readonly free: (item: T) => void) {}

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
    link(this.live, key, item, this.free);
  }

  /** Takes the thing from its place. Answers whether it was there. */
  remove(key: string): boolean {
    return unlink(this.live, key, this.free);
  }

  /** Takes the thing from its place and out of the hands of every pass. Answers whether it was anywhere. */
  removeEverywhere(key: string): boolean {
    const dropped = [...this.passes.keys()].filter((pass) => this.drop(pass, key));
    return this.remove(key) || dropped.length > 0;
  }

  /** All keys, in their place or in hands, each once. */
  keys(): string[] {
    const inHands = [...this.passes.values()].flatMap((hands) => [...hands.keys()]);
    return [...new Set([...this.live.keys(), ...inHands])];
  }

  /** Puts what is in its place into the hands of `pass` as well. */
  linkAside(pass: string, key: string): boolean {
    const item = this.live.get(key);
    if (item === undefined) return false;
    const hands = this.passes.get(pass) ?? new Map<string, T>();
    this.passes.set(pass, hands);
    link(hands, key, item, this.free);
    return true;
  }

  /** Puts back what any pass holds. Answers whether one did. */
  rescue(key: string): boolean {
    return [...this.passes.keys()].some((pass) => this.restore(pass, key));
  }

  /** Puts back what `pass` holds, which goes on to hold it; what is in its place by now stays. */
  restore(pass: string, key: string): boolean {
    const item = this.passes.get(pass)?.get(key);
    if (item === undefined) return false;
    if (!this.live.has(key)) this.put(key, item);
    return true;
  }

  /** Takes the thing out of the hands of `pass`. Answers whether it was there. */
  drop(pass: string, key: string): boolean {
    const hands = this.passes.get(pass);
    const dropped = hands !== undefined && unlink(hands, key, this.free);
    if (hands?.size === 0) this.passes.delete(pass);
    return dropped;
  }

  *aside(): Iterable<{ pass: string; key: string; item: T }> {
    for (const [pass, hands] of this.passes) {
      for (const [key, item] of hands) yield { pass, key, item };
    }
  }

  /** The thing wherever it is. */
  peek(key: string): T | undefined {
    const inHands = [...this.passes.values()].map((hands) => hands.get(key));
    return this.live.get(key) ?? inHands.find((item) => item !== undefined);
  }

  isEmpty(): boolean {
    return this.live.size === 0 && this.passes.size === 0;
  }
}

function link<T extends Linked>(
  place: Map<string, T>,
  key: string,
  item: T,
  free: (item: T) => void,
): void {
  if (place.get(key) === item) return;
  item.links++;
  unlink(place, key, free);
  place.set(key, item);
}

function unlink<T extends Linked>(
  place: Map<string, T>,
  key: string,
  free: (item: T) => void,
): boolean {
  const item = place.get(key);
  if (item === undefined) return false;
  place.delete(key);
  item.links--;
  if (item.links === 0) free(item);
  return true;
}
