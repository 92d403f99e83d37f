import { formatBytes } from '../../log/format-bytes.js';
import { type CommandContext } from '../command.js';
import { renderTable, type Column } from './table.js';
import { minuteOf, timeAgo } from './time-text.js';
import { visibleJson, visibleText } from './visible-text.js';

/** The width of tables through a pipe, and of usual terminals. */
const WIDTH = 80;

/** How many hex digits of a digest tables show. */
const SHORT_DIGEST = 12;

/** Prints what commands show: for people in a terminal, for programs through a pipe. No control character of a server gets out. */
export class Output {
  private readonly width: number;

  constructor(
    private readonly context: Pick<CommandContext, 'print' | 'printError' | 'columns'>,
    private readonly now = Date.now(),
  ) {
    this.width = context.columns ?? WIDTH;
  }

  /** Whether a person looks at the output. */
  get isTerminal(): boolean {
    return this.context.columns !== undefined;
  }

  line(text: string): void {
    this.context.print(visibleText(text));
  }

  /** Prints something about the output, which programs do not want in it. */
  note(text: string): void {
    this.context.printError(visibleText(text));
  }

  /** Prints one JSON value. */
  json(value: unknown): void {
    this.context.print(visibleJson(value, 2));
  }

  /** Prints one JSON value of many, on one line. */
  jsonLine(value: unknown): void {
    this.context.print(visibleJson(value));
  }

  /** Prints a table, or `empty` on the standard error if it has no rows. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], empty: string): void {
    if (rows.length === 0) return this.note(empty);
    const { lines, shortened } = renderTable(columns, rows, this.width);
    for (const line of lines) this.context.print(line);
    if (shortened) this.note('A cell that ends with … was shortened; --json shows all of it.');
  }

  /** Prints names with their values, in two columns. Pairs without a value are left out. */
  facts(pairs: readonly (readonly [string, string | undefined])[]): void {
    const shown = pairs.filter(([, value]) => value !== undefined && value !== '');
    const width = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value = ''] of shown) this.line(`${name.padEnd(width)}  ${value}`);
  }

  /** Returns a time: how long ago for people, or in ISO 8601. */
  time(iso: string | undefined): string {
    if (iso === undefined) return '-';
    return this.isTerminal ? timeAgo(iso, this.now) : minuteOf(iso);
  }
}

/** Returns a size, or `-` if it is unknown. */
export function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? '-' : formatBytes(bytes);
}

/** Returns the beginning of a digest, as tables show it. Commands take it instead of the whole one. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm === 'sha256' ? '' : `${algorithm}:`}${hex.slice(0, SHORT_DIGEST)}`;
}
