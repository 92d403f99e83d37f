import { setTimeout as delay } from 'node:timers/promises';

import { type LogLevel } from '../../src/log/log-record.js';
import { ProcessLog } from '../../src/log/process-log.js';

/** A log whose lines a test reads. */
export class KeptLog extends ProcessLog {
  private constructor(
    format: 'text' | 'json',
    level: LogLevel,
    private readonly kept: string[],
  ) {
    super({ format, level }, { write: (lines) => kept.push(lines) });
  }

  static open(format: 'text' | 'json', level: LogLevel = 'info'): KeptLog {
    return new KeptLog(format, level, []);
  }

  /** All that was written. */
  get text(): string {
    return this.kept.join('');
  }

  /** Resolves to the texts of a part's lines, without time and level, when there are `count` of them and a moment later. */
  async texts(part: string, count: number): Promise<string[]> {
    const found = (): string[] =>
      this.kept
        .map((line) => /^\S+ +[A-Z]+ \[(\w+)\] (.*)\n$/s.exec(line) ?? [])
        .filter(([, of]) => of === part)
        .map(([, , text = '']) => text);
    await until(() => found().length >= count);
    return found();
  }

  /** Resolves to the objects of a part's lines of JSON. */
  async objects(part: string, count: number): Promise<Record<string, unknown>[]> {
    const found = (): Record<string, unknown>[] =>
      this.kept
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line['part'] === part);
    await until(() => found().length >= count);
    return found();
  }
}

/** The log is written after the response, so a line may be a moment late, or one too many. */
async function until(isThere: () => boolean): Promise<void> {
  for (let round = 0; round < 60 && !isThere(); round++) await delay(25);
  await delay(50);
}
