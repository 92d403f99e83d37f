/** The value of an `Authorization` header, whatever the field that it is in. */
const CREDENTIALS = /\b(?:basic|bearer) +[\w.~+/=-]{8,}/i;

/** Characters that break lines or control terminals. A line of JSON has them escaped. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const SHOWN = 5;

/** Checks each line of a log as it arrives: it is one object of JSON, without control characters and credentials. */
export class LogSweep {
  private rest = '';
  private lines = 0;
  private readonly complaints: string[] = [];

  add(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.check(line);
  }

  /** @throws Error if a line was wrong, or if there were none */
  end(): void {
    if (this.rest !== '') this.complaints.push(`the last line has no end: ${this.rest}`);
    if (this.lines === 0) this.complaints.push('the log is empty');
    if (this.complaints.length === 0) return;
    throw new Error(`the log: ${this.complaints.slice(0, SHOWN).join('\n')}`);
  }

  private check(line: string): void {
    this.lines++;
    if (!isObject(line)) this.complaints.push(`not an object of JSON: ${line.slice(0, 500)}`);
    if (CONTROLS.test(line)) this.complaints.push(`control characters: ${JSON.stringify(line)}`);
    if (CREDENTIALS.test(line)) this.complaints.push(`credentials: ${line.slice(0, 500)}`);
  }
}

function isObject(line: string): boolean {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}
