import { tryParseTagName, type TagName } from '../../domain/reference.js';

/** A tag, with any number of stars. */
const TAGS = /^[a-zA-Z0-9_*][a-zA-Z0-9._*-]{0,127}$/;

/** A pattern for tags, such as `3.*`. Each star stands for any text. */
export class TagPattern {
  private constructor(
    readonly text: string,
    /** What is between the stars. */
    private readonly parts: readonly string[],
  ) {}

  /** Reads a pattern. Returns `undefined` if it is invalid. */
  static tryParse(text: string): TagPattern | undefined {
    return TAGS.test(text) ? new TagPattern(text, text.split('*')) : undefined;
  }

  /** The only tag that matches, or `undefined` if there may be several. */
  get only(): TagName | undefined {
    return this.parts.length === 1 ? tryParseTagName(this.text) : undefined;
  }

  matches(tag: TagName): boolean {
    const [first = '', ...others] = this.parts;
    const last = others.pop();
    if (last === undefined) return tag === first;
    if (!tag.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = tag.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return tag.length - last.length >= at && tag.endsWith(last);
  }
}
