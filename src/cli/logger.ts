import { isatty } from 'node:tty';

import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';

import { type LogLevel } from '../config/sections/log.settings.js';

const LEVELS = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
} as const satisfies Record<LogLevel, readonly NestLevel[]>;

/** Nest logs a failed listen, which is also thrown. The bundler may prefix the class name with `_`. */
const LISTENS = /^_?NestApplication$/;

/** The log of the registry: Nest's, without the lines that do not help to run a registry. */
export class RegistryLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({
      prefix: 'Berth',
      colors: isatty(1),
      logLevels: [...LEVELS[level]],
    });
  }

  /** ISO format, which is the same in every locale and sorts as text. */
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // Nest passes the context as the last argument.
    if (LISTENS.test(String(rest.at(-1)))) this.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}
