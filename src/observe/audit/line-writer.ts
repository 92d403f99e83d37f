/** Appends lines in order. Lines that arrive during a write are written together. */
export class LineWriter {
  private waiting: string[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly append: (lines: string) => Promise<void>,
    /** Reports lost lines: requests continue, but the operator must know that the log has a gap. */
    private readonly complain: (error: unknown) => void,
  ) {}

  write(line: string): void {
    this.waiting.push(line);
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** Waits until all lines are written or lost. */
  async flush(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.join('');
      this.waiting = [];
      await this.append(batch).catch(this.complain);
    }
  }
}
