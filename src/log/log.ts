import { inspect } from 'node:util';

import { type LoggerService } from '@nestjs/common';

import { type LogFields, type LogLevel, type LogRecord, type RecordLogger } from './log-record.js';

/** Logs the lines of one part of the registry, with its name before each. */
export interface PartLog {
  error(message: string, stack?: unknown, fields?: LogFields): void;
  warn(message: string): void;
  log(message: string): void;
  debug(message: string): void;
}

/** The log of one registry. Nest's own `Logger` serves the whole process, which may have several registries. */
export class Log {
  /** @param target receives the lines; `false` discards them */
  constructor(private readonly target: LoggerService | false) {}

  /** Returns the log of the part called `name`. */
  of(name: string): PartLog {
    const target = this.target || undefined;
    return {
      error: (message, stack, fields) => this.error(name, message, stack, fields),
      warn: (message) => void target?.warn(message, name),
      log: (message) => void target?.log(message, name),
      debug: (message) => void target?.debug?.(message, name),
    };
  }

  /** Whether lines of this level are written. Costly lines are not made otherwise. */
  isEnabled(level: LogLevel): boolean {
    const { target } = this;
    if (target === false) return false;
    return 'isLevelEnabled' in target ? (target as RecordLogger).isLevelEnabled(level) : true;
  }

  /** Logs a record: with its fields if the target keeps them, else its line for people. */
  record(level: 'info' | 'debug', part: string, record: LogRecord): void {
    const { target } = this;
    if (target === false) return;
    const { message, text = message } = record;
    if (keepsRecords(target)) target.record(level, part, record);
    else if (level === 'info') target.log(text, part);
    else target.debug?.(text, part);
  }

  private error(part: string, message: string, stack: unknown, fields: LogFields = {}): void {
    const { target } = this;
    if (target === false) return;
    if (!keepsRecords(target)) return void target.error(message, stack, part);
    const shown =
      stack === undefined
        ? fields
        : { ...fields, stack: typeof stack === 'string' ? stack : inspect(stack) };
    target.record('error', part, { message, fields: shown });
  }
}

function keepsRecords(target: LoggerService): target is RecordLogger {
  return 'record' in target;
}
