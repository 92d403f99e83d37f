import { type LoggerService } from '@nestjs/common';

/** Logs the lines of one part of the registry, with its name before each. */
export interface PartLog {
  error(message: string, stack?: unknown): void;
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
      error: (message, stack) => void target?.error(message, stack, name),
      warn: (message) => void target?.warn(message, name),
      log: (message) => void target?.log(message, name),
      debug: (message) => void target?.debug?.(message, name),
    };
  }
}
