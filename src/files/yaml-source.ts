import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

import { InvalidFile, type Mistake } from './invalid-file.js';

/** A value in the file, of any type. */
export interface YamlValue {
  readonly node: unknown;
  /** Where the value begins; for an empty value, where its key begins. */
  readonly offset: number;
}

interface Entry {
  readonly name: string;
  readonly key: YamlValue;
  readonly value: YamlValue;
}

/** Reads a YAML text as the types that its caller expects, and collects the mistakes. */
export class YamlSource {
  readonly root: YamlValue;
  private readonly lines = new LineCounter();
  private readonly mistakes: Mistake[] = [];

  /** @throws InvalidFile if the text is not YAML */
  constructor(
    text: string,
    private readonly path: string,
  ) {
    // `entries` finds duplicate keys, and reports the line of the first one as well.
    const options = { lineCounter: this.lines, prettyErrors: false, uniqueKeys: false };
    const { contents, errors, warnings } = parseDocument(text, options);
    this.root = valueOf(contents, 0);
    for (const { pos, message } of [...errors, ...warnings]) {
      // After a semicolon, the package gives advice to programmers.
      this.report(pos[0], message.split(';')[0] ?? message);
    }
    // After a syntax error the tree is a guess, and checking it would report false errors.
    if (errors.length > 0) this.finish();
  }

  /** Returns whether nothing is written there, or `null`. */
  isEmpty({ node }: YamlValue): boolean {
    return node === null || (isScalar(node) && node.value === null);
  }

  /** Returns the values of a map by their keys, or an empty map for anything else. */
  map(value: YamlValue, what: string): ReadonlyMap<string, YamlValue> {
    return new Map(this.entries(value, what).map((entry) => [entry.name, entry.value]));
  }

  /** Returns the values of a map that must have all `required` keys, may have the `optional` ones, and no others. */
  record(
    value: YamlValue,
    what: string,
    required: readonly string[],
    optional: readonly string[] = [],
  ): ReadonlyMap<string, YamlValue> {
    const known = [...optional, ...required];
    const entries = this.entries(value, what);
    for (const { name, key } of entries) {
      if (known.includes(name)) continue;
      this.report(key.offset, `unknown key "${name}" in ${what}; allowed: ${known.join(', ')}`);
    }
    const record = new Map(entries.map((entry) => [entry.name, entry.value]));
    for (const name of isMap(value.node) ? required : []) {
      if (!record.has(name)) this.report(value.offset, `${what} needs "${name}"`);
    }
    return record;
  }

  /** Returns the result of `read` for each item of a list that is not empty, or an empty list for anything else. */
  list<T>(value: YamlValue, what: string, read: (item: YamlValue) => T | undefined): T[] {
    if (!isSeq(value.node)) {
      this.wrongType(value, what, 'a list');
      return [];
    }
    if (value.node.items.length === 0) this.report(value.offset, `${what} must not be empty`);
    return value.node.items
      .map((item) => read(valueOf(item, value.offset)))
      .filter((item) => item !== undefined);
  }

  /** Returns a text that is not empty, or `undefined` for anything else. */
  text(value: YamlValue, what: string): string | undefined {
    const content = isScalar(value.node) ? value.node.value : undefined;
    if (typeof content !== 'string') this.wrongType(value, what, 'text');
    else if (content !== '') return content;
    else this.report(value.offset, `${what} must not be empty`);
    return undefined;
  }

  /** Returns a single value as it is written, such as `true` or `64MiB`, or `undefined` for a map, a list or nothing. */
  scalar(value: YamlValue, what: string): string | undefined {
    const { node } = value;
    if (isScalar(node) && node.value !== null) {
      return typeof node.value === 'string' ? node.value : (node.source ?? '');
    }
    this.wrongType(value, what, 'a single value');
    return undefined;
  }

  /** Returns the place of a value as compilers write it: `path:line:column`. */
  placeOf(value: YamlValue): string {
    const { line, col } = this.lines.linePos(value.offset);
    return `${this.path}:${line}:${col}`;
  }

  /** Returns whether the value is this text. */
  says(value: YamlValue, text: string): boolean {
    return isScalar(value.node) && value.node.value === text;
  }

  /** Collects a mistake, which `finish` throws. */
  report(offset: number, message: string): void {
    const { line, col } = this.lines.linePos(offset);
    this.mistakes.push({ line, column: col, message });
  }

  lineOf(value: YamlValue): number {
    return this.lines.linePos(value.offset).line;
  }

  /** Ends the check. @throws InvalidFile with all mistakes in the order of the file, if there are any */
  finish(): void {
    if (this.mistakes.length === 0) return;
    const inOrder = this.mistakes.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
    throw new InvalidFile(this.path, inOrder);
  }

  private entries(value: YamlValue, what: string): Entry[] {
    if (!isMap(value.node)) {
      this.wrongType(value, what, 'a map');
      return [];
    }
    const lines = new Map<string, number>();
    return value.node.items.flatMap((pair) => {
      const key = valueOf(pair.key, value.offset);
      const name = this.text(key, `a key of ${what}`);
      if (name === undefined) return [];
      const before = lines.get(name);
      if (before !== undefined)
        this.report(key.offset, `${name} is already given in line ${before}`);
      lines.set(name, this.lineOf(key));
      return { name, key, value: valueOf(pair.value, key.offset) };
    });
  }

  private wrongType({ node, offset }: YamlValue, what: string, expected: string): void {
    // A pattern without quotes may look like a YAML alias, and these files have no use for aliases.
    const message = isAlias(node)
      ? `*${node.source} must be in quotes, '*${node.source}'; YAML reads it as a reference without them`
      : `${what} must be ${expected}, not ${typeOf(node)}`;
    this.report(offset, message);
  }
}

function valueOf(node: unknown, offsetOfKey: number): YamlValue {
  const range = isNode(node) ? node.range : undefined;
  return { node, offset: range?.[0] ?? offsetOfKey };
}

function typeOf(node: unknown): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'text';
  return `${node.source ?? ''}, which is a ${typeof node.value} unless it is in quotes`;
}
