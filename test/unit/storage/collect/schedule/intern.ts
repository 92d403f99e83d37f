/** Gives equal texts the same number, so that states are stored and compared as numbers. */
export class Interned {
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, known);
    return known;
  }
}
