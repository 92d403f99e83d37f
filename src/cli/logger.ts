import { isatty } from 'node:tty';

import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';

import { type LogLevel } from '../config/sections/log.settings.js';

const LEVELS = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
} as const satisfies Record<LogLevel, readonly NestLevel[]>;

/** Nest reports a listen that failed, which is thrown anyway. The bundler may put a `_` before the name of the class. */
const LISTENS = /^_?NestApplication$/;

/** The registry's log: Nest's, without what is of no use to somebody who runs a registry. */
export class RegistryLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({
      prefix: 'Berth',
      colors: isatty(1),
      logLevels: [...LEVELS[level]],
    });
  }

  /** The same everywhere, and sorted as text. */
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // The context is the last argument.
    if (LISTENS.test(String(rest.at(-1)))) this.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}
