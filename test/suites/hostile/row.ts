import { type Ending, type Step } from './wire.js';

/** One malformed request, and the expected response. */
export interface Row {
  readonly name: string;
  /** `{upload}` in a text is replaced by the location of a new upload. */
  readonly steps: readonly Step[];
  /**
   * Statuses with their error codes. `|` separates alternatives, and `+` the responses of one
   * connection. `closed` is a connection that ends without a response, `4xx` is any such status,
   * and `…` matches anything.
   */
  readonly expected: string;
  readonly ending?: Ending;
  readonly withinMs?: number;
  /** The expected size of the upload afterwards, or that it does not exist. */
  readonly uploadIsAt?: number | 'gone';
  /** The upload can be completed to a blob of these bytes, of which any part of the beginning has arrived. */
  readonly resumesAs?: string;
}

export type RowOptions = Omit<Row, 'name' | 'steps' | 'expected'>;

/** Returns a row. Without a name, it is named after the first line of its request. */
export function row(
  steps: Step | readonly Step[],
  expected: string,
  name?: string,
  options: RowOptions = {},
): Row {
  const all = Array.isArray(steps) ? (steps as readonly Step[]) : [steps as Step];
  return { name: name ?? titleOf(all), steps: all, expected, ...options };
}

/** Returns the bytes of a request, with a `Host`, and with a `Content-Length` if there is a body. */
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

/** Returns whether the first request of a row is a HEAD, whose response has no body. */
export function isToHead({ steps }: Pick<Row, 'steps'>): boolean {
  return String(steps[0]).startsWith('HEAD ');
}

/** Returns how many final responses a row may get at most. */
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
