import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

import { InvalidFile, type Mistake } from './invalid-file.js';

/** A value in the file, of any type. */
export interface YamlValue {
  readonly node: unknown;
  /** Where it begins, or, where nothing is written, where its key does. */
  readonly offset: number;
}

interface Entry {
  readonly name: string;
  readonly key: YamlValue;
  readonly value: YamlValue;
}

/** Takes a YAML text apart, by the types that its reader expects, and gathers what is wrong on the way. */
export class YamlSource {
  readonly root: YamlValue;
  private readonly lines = new LineCounter();
  private readonly mistakes: Mistake[] = [];

  /** @throws InvalidFile when it is no YAML at all */
  constructor(
    text: string,
    private readonly path: string,
  ) {
    // Keys that stand twice are found below, which says where the first is.
    const options = { lineCounter: this.lines, prettyErrors: false, uniqueKeys: false };
    const { contents, errors, warnings } = parseDocument(text, options);
    this.root = valueOf(contents, 0);
    for (const { pos, message } of [...errors, ...warnings]) {
      // Behind a semicolon the package gives advice to programmers.
      this.report(pos[0], message.split(';')[0] ?? message);
    }
    // After a syntax error the tree is a guess, and checking it would report false errors.
    if (errors.length > 0) this.finish();
  }

  /** The values of a map by their keys; an empty answer for anything else. */
  map(value: YamlValue, what: string): ReadonlyMap<string, YamlValue> {
    return new Map(this.entries(value, what).map((entry) => [entry.name, entry.value]));
  }

  /** The values of a map with the keys that are `required`, perhaps those that are `optional`, and no others. */
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
      this.report(key.offset, `unknown key "${name}" in ${what}; there are: ${known.join(', ')}`);
    }
    const record = new Map(entries.map((entry) => [entry.name, entry.value]));
    for (const name of isMap(value.node) ? required : []) {
      if (!record.has(name)) this.report(value.offset, `${what} needs "${name}"`);
    }
    return record;
  }

  /** What `read` makes of each value of a list that has one at least; an empty answer for anything else. */
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

  /** A text that is not empty; `undefined` for anything else. */
  text(value: YamlValue, what: string): string | undefined {
    const content = isScalar(value.node) ? value.node.value : undefined;
    if (typeof content !== 'string') this.wrongType(value, what, 'text');
    else if (content !== '') return content;
    else this.report(value.offset, `${what} must not be empty`);
    return undefined;
  }

  /** A single value as it is written, such as `true`, `5000` or `64MiB`; `undefined` for a map, a list or nothing. */
  scalar(value: YamlValue, what: string): string | undefined {
    const { node } = value;
    if (isScalar(node) && node.value !== null) {
      return typeof node.value === 'string' ? node.value : (node.source ?? '');
    }
    this.wrongType(value, what, 'a single value');
    return undefined;
  }

  /** The place of a value as compilers write it: `path:line:column`. */
  placeOf(value: YamlValue): string {
    const { line, col } = this.lines.linePos(value.offset);
    return `${this.path}:${line}:${col}`;
  }

  /** Whether the value is this text. */
  says(value: YamlValue, text: string): boolean {
    return isScalar(value.node) && value.node.value === text;
  }

  /** Notes a mistake, and goes on. */
  report(offset: number, sentence: string): void {
    const { line, col } = this.lines.linePos(offset);
    this.mistakes.push({ line, column: col, sentence });
  }

  lineOf(value: YamlValue): number {
    return this.lines.linePos(value.offset).line;
  }

  /** @throws InvalidFile with all mistakes, in the order of the file, if there are any */
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
      if (before !== undefined) this.report(key.offset, `${name} stands in line ${before} already`);
      lines.set(name, this.lineOf(key));
      return { name, key, value: valueOf(pair.value, key.offset) };
    });
  }

  private wrongType({ node, offset }: YamlValue, what: string, expected: string): void {
    // A pattern without quotes may look like one of YAML's references, which are of no use in such a file.
    const sentence = isAlias(node)
      ? `*${node.source} needs quotes, '*${node.source}', or YAML takes it for a reference`
      : `${what} must be ${expected}, not ${typeOf(node)}`;
    this.report(offset, sentence);
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
