import { AsyncLocalStorage } from 'node:async_hooks';

import { Logger, type LogLevel, type LoggerService } from '@nestjs/common';

/** Where Nest's words go within the work that they are directed for. */
const targets = new AsyncLocalStorage<LoggerService | false>();

class NestLogger extends Logger {
  static get current(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }
}

/** Replaces the process's logger, and passes on to it everything that others log. */
class Switch implements LoggerService {
  constructor(readonly others: LoggerService | undefined) {}

  log(message: unknown, ...rest: unknown[]): void {
    const target = targets.getStore();
    // It logs each module and each route, which only helps developers of the registry.
    if (target === undefined) this.others?.log(message, ...rest);
    else if (target !== false) target.debug?.(message, ...rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target?.error(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target?.warn(message, ...rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.target?.debug?.(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.target?.verbose?.(message, ...rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.target?.fatal?.(message, ...rest);
  }

  setLogLevels(levels: LogLevel[]): void {
    this.others?.setLogLevels?.(levels);
  }

  private get target(): LoggerService | undefined {
    return (targets.getStore() ?? this.others) || undefined;
  }
}

let works = 0;

/**
 * Runs `work`, which creates a Nest application, with Nest's own log lines sent to `target`.
 *
 * Nest has one logger for all applications of a process, and leaves it set: another application, or that of a host, would
 * find its own replaced.
 */
export async function withNestLogger<T>(
  target: LoggerService | false,
  work: () => Promise<T>,
): Promise<T> {
  if (works++ === 0) Logger.overrideLogger(new Switch(NestLogger.current));
  try {
    return await targets.run(target, work);
  } finally {
    if (--works === 0) giveBack();
  }
}

function giveBack(): void {
  const { current } = NestLogger;
  // Somebody may have set another one meanwhile.
  if (current instanceof Switch) Logger.overrideLogger(current.others ?? false);
  // Before Node 24 it would go on to cost something with every promise.
  targets.disable();
}
