/** The errors of a pass. A repository that cannot be collected must not keep the pass from the others. */
export class Failures {
  private readonly errors: unknown[] = [];

  add(error: unknown): void {
    this.errors.push(error);
  }

  /** Yields and returns what `work` does. Stores its error and then returns `undefined`. */
  async *keep<T, R>(work: AsyncGenerator<T, R>): AsyncGenerator<T, R | undefined> {
    try {
      return yield* work;
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** @throws the only error, or an AggregateError */
  throwIfAny(): void {
    const { errors } = this;
    if (errors.length === 1) throw errors[0];
    if (errors.length === 0) return;
    const message = `${errors.length} parts of the collection failed; first: ${String(errors[0])}`;
    throw new AggregateError(errors, message);
  }
}
