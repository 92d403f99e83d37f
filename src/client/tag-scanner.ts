import { tryParseTagName, type TagName } from '../domain/reference.js';

/** A text, the rest of one that has not come whole, a mark, or anything else that is a value. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|"[^]*|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/** A longer text is no tag, and nothing else that registries send in a list of tags. In characters. */
const MAX_TEXT = 16 * 1024;

/** The JSON is not a list of tags. */
export class NoTagList extends Error {}

/**
 * Reads the tags in the JSON of a tag list while it comes, without making a value of all of it. Other fields are skipped: some
 * registries send megabytes of them.
 */
export class TagScanner {
  /** Those that are valid. */
  readonly tags: TagName[] = [];
  /** The beginning of a token whose end has not come. */
  private rest = '';
  private depth = 0;
  private key: string | undefined;
  private isValue = false;
  private hasBegun = false;

  /** Reads the next part of the text. @throws NoTagList */
  push(part: string): void {
    const text = this.rest + part;
    this.rest = '';
    for (const { 0: token, index } of text.matchAll(TOKEN)) {
      // More of it may come.
      const isCut = index + token.length === text.length && !/^[{}[\]:,]$/.test(token);
      if (!isCut) this.read(token);
      else if (token.length > MAX_TEXT) throw new NoTagList();
      else this.rest = token;
    }
  }

  /** Ends the text. @throws NoTagList */
  end(): void {
    if (this.rest !== '') this.read(this.rest);
    if (!this.hasBegun || this.depth > 0) throw new NoTagList();
  }

  private get isInTags(): boolean {
    return this.depth === 2 && this.key === 'tags';
  }

  private read(token: string): void {
    if (this.depth === 0 && (token !== '{' || this.hasBegun)) throw new NoTagList();
    this.hasBegun = true;
    if (token === '{' || token === '[') this.open(token);
    else if (token === '}' || token === ']') this.close();
    else if (token === ':' || token === ',') this.separate(token);
    else this.readValue(token);
  }

  private open(mark: string): void {
    const isTags = this.depth === 1 && this.key === 'tags';
    if (this.isInTags || (isTags && mark !== '[')) throw new NoTagList();
    this.depth += 1;
  }

  private close(): void {
    this.depth -= 1;
    if (this.depth === 1) this.key = undefined;
  }

  private separate(mark: string): void {
    if (this.depth === 1) this.isValue = mark === ':';
  }

  private readValue(token: string): void {
    if (this.isInTags) this.add(textOf(token));
    else if (this.depth === 1 && !this.isValue) this.key = textOf(token);
    else if (this.depth === 1 && this.key === 'tags' && token !== 'null') throw new NoTagList();
  }

  private add(text: string): void {
    const tag = tryParseTagName(text);
    if (tag !== undefined) this.tags.push(tag);
  }
}

/** Returns a copy of the text, because a part of a string keeps all of it in memory. @throws NoTagList */
function textOf(token: string): string {
  try {
    const value: unknown = JSON.parse(token);
    if (typeof value === 'string') return value;
  } catch {
    // The token is not a text.
  }
  throw new NoTagList();
}
