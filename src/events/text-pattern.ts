/** A text in which each `*` stands for any number of characters. */
export class TextPattern {
  private readonly parts: readonly string[];

  constructor(readonly text: string) {
    this.parts = text.split('*');
  }

  /** Returns whether the whole text matches. Takes at most time proportional to the product of both lengths. */
  matches(text: string): boolean {
    const [first = '', ...rest] = this.parts;
    const last = rest.pop();
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  }
}
