import { isatty } from 'node:tty';

import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';

import { type LogLevel } from '../config/settings.js';

const LEVELS = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
} as const satisfies Record<LogLevel, readonly NestLevel[]>;

/** Who speaks when Nest reports each module and route of its start, and a failed listen that is thrown anyway. */
const NEST = [
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
];

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

  override log(message: unknown, ...rest: unknown[]): void {
    if (isOfNest(rest)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (isOfNest(rest)) this.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}

/** The context is the last argument of Nest's calls: the name of a class, before which the bundler may have put a `_`. */
function isOfNest(rest: readonly unknown[]): boolean {
  const context = rest.at(-1);
  return typeof context === 'string' && NEST.includes(context.replace(/^_/, ''));
}
