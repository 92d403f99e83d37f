import { visibleText } from './visible-text.js';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers and sizes. */
  readonly right?: true;
  /** Can be shortened, with `…` at its end, where the table is wider than the screen. Names never are. */
  readonly shrinks?: true;
}

/** A table as lines, each row on one line. */
export interface RenderedTable {
  readonly lines: readonly string[];
  /** Whether a cell was shortened. */
  readonly shortened: boolean;
}

const GAP = '  ';

/** A shortened cell keeps at least this many characters. */
const LEAST = 8;

/** Renders a table that is at most `width` characters wide if shortening can reach that. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): RenderedTable {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map((_, index) => visibleText(row[index] ?? ''))),
  ];
  const natural = columns.map((_, index) => Math.max(...cells.map((row) => lengthOf(row[index]))));
  const widths = shrunk(columns, natural, width);
  const lines = cells.map((row) =>
    columns
      .map(({ right }, index) => {
        const text = shorten(row[index] ?? '', widths[index] ?? 0);
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - lengthOf(text)));
        return right === true ? `${space}${text}` : `${text}${space}`;
      })
      .join(GAP)
      .trimEnd(),
  );
  return { lines, shortened: widths.some((one, index) => one < (natural[index] ?? 0)) };
}

/** Takes what is too wide from the widest of the columns that can be shortened, again and again. */
function shrunk(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, one) => sum + one, gaps) - width;
  while (excess > 0) {
    const [widest, size] = columns.reduce<readonly [number, number]>(
      (best, { shrinks }, index) => {
        const one = widths[index] ?? 0;
        return shrinks === true && one > best[1] ? [index, one] : best;
      },
      [-1, LEAST],
    );
    if (widest === -1) break;
    widths[widest] = size - 1;
    excess--;
  }
  return widths;
}

function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

function lengthOf(text = ''): number {
  return Array.from(text).length;
}
