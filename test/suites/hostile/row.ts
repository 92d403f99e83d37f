import { type Ending, type Step } from './wire.js';

/** One malformed request, and what must come of it. */
export interface Row {
  readonly name: string;
  /** `{upload}` in a text becomes the location of an upload that has begun. */
  readonly steps: readonly Step[];
  /**
   * Statuses with their error codes. `|` separates what is as good, `+` stands between the answers of one connection;
   * `closed` is a connection that ends without an answer, `4xx` is any such status, `…` stands for any.
   */
  readonly expected: string;
  readonly ending?: Ending;
  readonly withinMs?: number;
  /** How many bytes the upload has afterwards, or that it is gone. */
  readonly uploadIsAt?: number | 'gone';
  /** The upload can be made a blob of these bytes: some of their beginning, or none, has come. */
  readonly resumesAs?: string;
}

export type RowOptions = Omit<Row, 'name' | 'steps' | 'expected'>;

/** A row that is named after the first line of its request unless it has a name. */
export function row(
  steps: Step | readonly Step[],
  expected: string,
  name?: string,
  options: RowOptions = {},
): Row {
  const all = Array.isArray(steps) ? (steps as readonly Step[]) : [steps as Step];
  return { name: name ?? titleOf(all), steps: all, expected, ...options };
}

/** The bytes of a request, with a `Host`, and with a `Content-Length` where there is a body. */
export function request(
  method: string,
  target: string,
  headers: readonly string[] = [],
  body?: string,
): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: x', ...headers, ...length];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

export function get(target: string, ...headers: readonly string[]): string {
  return request('GET', target, headers);
}

/** Whether the first request of a row is a HEAD, whose answer has no body. */
export function isToHead({ steps }: Pick<Row, 'steps'>): boolean {
  return String(steps[0]).startsWith('HEAD ');
}

/** How many final answers a row may get at the most. */
export function answersOf({ expected }: Row): number {
  const counts = expected
    .split(' | ')
    .map((one) => one.split(' + ').filter((part) => !part.startsWith('1')).length);
  return Math.max(...counts);
}

export function matches(summary: string, expected: string): boolean {
  return expected.split(' | ').some((one) => {
    const pattern = one
      .replaceAll(/[+]/g, '\\+')
      .replaceAll('…', '.*')
      .replaceAll(/\b4xx\b/g, '4\\d\\d( \\w+)?');
    return new RegExp(`^(?:${pattern})$`).test(summary);
  });
}

function titleOf(steps: readonly Step[]): string {
  const text = steps.find((step) => typeof step === 'string') ?? '';
  const line = text.slice(0, 110).split('\r\n', 1)[0] ?? '';
  return JSON.stringify(line.replace(/ HTTP\/1\.1$/, '')).slice(1, -1);
}
