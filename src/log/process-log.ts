import { inspect } from 'node:util';

import { pino } from 'pino';

import { isAtLeast, type LogLevel, type LogRecord, type RecordLogger } from './log-record.js';
import { safeJson } from './safe-text.js';
import { textLine } from './text-line.js';

/** How the lines look, and which are written. */
export interface LogFormat {
  readonly format: 'text' | 'json';
  readonly level: LogLevel;
  readonly colors?: boolean;
}

/** Where lines go. */
export interface LineSink {
  write(lines: string): unknown;
}

/** Nest logs a failed listen, which is also thrown. The bundler may prefix the class name with `_`. */
const LISTENS = /^_?NestApplication$/;

/** The log of a process that is a registry, as lines of text for people or as lines of JSON. */
export class ProcessLog implements RecordLogger {
  private readonly level: LogLevel;
  private readonly put: RecordLogger['record'];

  constructor(settings: LogFormat, sink: LineSink) {
    this.level = settings.level;
    this.put = settings.format === 'json' ? toJson(sink) : toText(sink, settings.colors === true);
  }

  isLevelEnabled(level: LogLevel): boolean {
    return isAtLeast(level, this.level);
  }

  record(level: LogLevel, part: string, record: LogRecord): void {
    if (this.isLevelEnabled(level)) this.put(level, part, record);
  }

  /** Writes a line at every level: what an operator must know of the start and the end. */
  announce(part: string, message: string): void {
    this.put('info', part, { message, fields: {} });
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.line(LISTENS.test(String(rest.at(-1))) ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.line('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.line('info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.line('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.line('debug', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.line('error', message, rest);
  }

  /** Nest passes the context as the last argument, and the stack of an error before it. */
  private line(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    if (!this.isLevelEnabled(level)) return;
    const part = rest.at(-1);
    const [stack] = rest.slice(0, -1);
    this.put(level, typeof part === 'string' ? part : 'Registry', {
      message: typeof message === 'string' ? message : inspect(message),
      fields: typeof stack === 'string' ? { stack } : {},
    });
  }
}

function toText(sink: LineSink, colors: boolean): RecordLogger['record'] {
  return (level, part, record) => void sink.write(textLine(level, part, record, colors));
}

function toJson(sink: LineSink): RecordLogger['record'] {
  const lines = pino(
    {
      // Without the process id and the host name, which containers make meaningless.
      base: null,
      level: 'debug',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line) => void sink.write(safeJson(line)) },
  );
  return (level, part, { message, fields }) => lines[level]({ part, ...fields }, message);
}
