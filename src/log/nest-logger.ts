import { AsyncLocalStorage } from 'node:async_hooks';

import { Logger, type LogLevel, type LoggerService } from '@nestjs/common';

/** The target of Nest's log lines during the work of one `withNestLogger` call. */
const targets = new AsyncLocalStorage<LoggerService | false>();

class NestLogger extends Logger {
  static get current(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }
}

/** Replaces the process's logger during `withNestLogger`, and still passes it all lines that others log. */
class LoggerSwitch implements LoggerService {
  constructor(readonly others: LoggerService | undefined) {}

  log(message: unknown, ...rest: unknown[]): void {
    const target = targets.getStore();
    // Nest logs each module and each route, which only helps developers of the registry.
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

let runningCount = 0;

/**
 * Runs `work`, which creates a Nest application, with Nest's own log lines sent to `target`. Nest would replace the logger of the
 * whole process, which may be that of a host or of another application.
 */
export async function withNestLogger<T>(
  target: LoggerService | false,
  work: () => Promise<T>,
): Promise<T> {
  if (runningCount++ === 0) Logger.overrideLogger(new LoggerSwitch(NestLogger.current));
  try {
    return await targets.run(target, work);
  } finally {
    if (--runningCount === 0) restoreLogger();
  }
}

function restoreLogger(): void {
  const { current } = NestLogger;
  // Another logger may have been set during the work: then it stays.
  if (current instanceof LoggerSwitch) Logger.overrideLogger(current.others ?? false);
  // Before Node 24, an enabled AsyncLocalStorage slows down every promise.
  targets.disable();
}
