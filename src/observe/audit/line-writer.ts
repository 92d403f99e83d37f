/** Writes lines in the order in which they came, those that come while it writes together. */
export class LineWriter {
  private waiting: string[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly append: (lines: string) => Promise<void>,
    /** Told of lines that are lost: requests go on, but nobody shall believe that nothing happened. */
    private readonly complain: (error: unknown) => void,
  ) {}

  write(line: string): void {
    this.waiting.push(line);
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** Waits until all is written, or lost. */
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
