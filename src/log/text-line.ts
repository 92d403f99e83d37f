import { styleText } from 'node:util';

import { type LogLevel, type LogRecord } from './log-record.js';
import { safeText } from './safe-text.js';

const COLORS = { error: 'red', warn: 'yellow', info: 'green', debug: 'gray' } as const;

/** Returns a record as a line for people, with its stack below: `TIME  INFO [Part] text`. */
export function textLine(
  level: LogLevel,
  part: string,
  { message, text = message, fields: { stack } }: LogRecord,
  colors: boolean,
): string {
  const label = level.toUpperCase().padStart(5);
  const shown = colors ? styleText(COLORS[level], label, { validateStream: false }) : label;
  const line = `${new Date().toISOString()} ${shown} [${part}] ${safeText(text)}\n`;
  return stack === undefined ? line : `${line}${indented(stack)}\n`;
}

/** Returns a stack whose lines cannot be taken for lines of the log, whatever text of a client is in it. */
function indented(stack: string): string {
  return stack
    .split('\n')
    .map((line) => `    ${safeText(line.trimEnd())}`)
    .join('\n');
}
