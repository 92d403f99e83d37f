import { Logger, type LoggerService } from '@nestjs/common';

import { isAtLeast, type LogLevel } from '../log/log-record.js';

/** Writes the registry's log to the host's. Each context begins with `Berth`, and lines below `level` are left out. */
export class HostLog implements LoggerService {
  constructor(
    private readonly level: LogLevel,
    /** Nest's own by default, which writes to the logger that is set at the time of the call. */
    private readonly target: LoggerService = new Logger(),
  ) {}

  isLevelEnabled(level: LogLevel): boolean {
    return isAtLeast(level, this.level);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(message, ...ours(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    if (this.isLevelEnabled('warn')) this.target.warn(message, ...ours(rest));
  }

  log(message: unknown, ...rest: unknown[]): void {
    if (this.isLevelEnabled('info')) this.target.log(message, ...ours(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    if (this.isLevelEnabled('debug')) this.target.debug?.(message, ...ours(rest));
  }
}

/** Nest passes the context as the last argument. */
function ours(rest: readonly unknown[]): unknown[] {
  const context = rest.at(-1);
  return [...rest.slice(0, -1), typeof context === 'string' ? `Berth/${context}` : context];
}
