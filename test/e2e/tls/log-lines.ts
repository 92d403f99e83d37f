import { type LoggerService } from '@nestjs/common';

type Waiter = (line: string) => void;

/** A log for tests: each line is the level, a space and the message. */
export class LogLines implements LoggerService {
  readonly lines: string[] = [];
  private readonly waiters = new Set<Waiter>();

  log = (message: unknown): void => this.add('log', message);
  error = (message: unknown): void => this.add('error', message);
  warn = (message: unknown): void => this.add('warn', message);
  debug = (message: unknown): void => this.add('debug', message);

  /** Resolves to the first line that matches, as soon as it is logged. */
  until(pattern: RegExp): Promise<string> {
    const found = this.lines.find((line) => pattern.test(line));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const waiter: Waiter = (line) => {
        if (!pattern.test(line)) return;
        this.waiters.delete(waiter);
        resolve(line);
      };
      this.waiters.add(waiter);
    });
  }

  private add(level: string, message: unknown): void {
    const line = `${level} ${String(message)}`;
    this.lines.push(line);
    for (const waiter of this.waiters) waiter(line);
  }
}
