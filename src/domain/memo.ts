/**
 * Remembers the results of a function for its latest arguments. The result must follow from the argument alone.
 *
 * When it is full it forgets all results, so that a look-up is one search and keeps no order.
 */
export class Memo<K, V> {
  private readonly known = new Map<K, V>();

  /**
   * @param compute returns the result for an argument; `undefined` is not remembered
   * @param max how many results are remembered
   */
  constructor(
    private readonly compute: (argument: K) => V,
    private readonly max: number,
  ) {}

  /** Returns the result for an argument. */
  of(argument: K): V {
    return this.known.get(argument) ?? this.add(argument);
  }

  private add(argument: K): V {
    const result = this.compute(argument);
    if (result === undefined) return result;
    if (this.known.size >= this.max) this.known.clear();
    this.known.set(argument, result);
    return result;
  }
}
