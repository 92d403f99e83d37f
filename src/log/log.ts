import { type LoggerService } from '@nestjs/common';

/** What one part of the registry has to say; its name stands before each line. */
export interface PartLog {
  error(message: string, stack?: unknown): void;
  warn(message: string): void;
  log(message: string): void;
  debug(message: string): void;
}

/** What one registry has to say. Nest's own `Logger` is one for a whole process, which may have several registries. */
export class Log {
  /** @param target where it goes; `false` for nowhere */
  constructor(private readonly target: LoggerService | false) {}

  /** The log of the part that is called `name`. */
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
