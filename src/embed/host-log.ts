import { Logger, type LoggerService } from '@nestjs/common';

import { type LogLevel } from '../config/sections/log.settings.js';

const RANK: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** The registry's log within the host's: each context begins with `Berth`, and what is below `level` is left out. */
export class HostLog implements LoggerService {
  private readonly rank: number;

  constructor(
    level: LogLevel,
    /** By default Nest's own: whatever logger it has at the time. */
    private readonly target: LoggerService = new Logger(),
  ) {
    this.rank = RANK[level];
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(message, ...ours(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    if (this.rank >= RANK.warn) this.target.warn(message, ...ours(rest));
  }

  log(message: unknown, ...rest: unknown[]): void {
    if (this.rank >= RANK.info) this.target.log(message, ...ours(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    if (this.rank >= RANK.debug) this.target.debug?.(message, ...ours(rest));
  }
}

/** The context is the last argument of Nest's calls. */
function ours(rest: readonly unknown[]): unknown[] {
  const context = rest.at(-1);
  return [...rest.slice(0, -1), typeof context === 'string' ? `Berth/${context}` : context];
}
