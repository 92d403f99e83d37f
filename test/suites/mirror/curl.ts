import { type Bench } from '../clients/bench.js';

/** What curl reports of a download. */
export interface Downloaded {
  /** The exit code: 0 if all came, 18 if the response was cut, and 28 at the end of the allowed time. */
  readonly code: number | null;
  readonly status: number;
  readonly bytes: number;
  readonly firstByteMs: number;
  readonly endMs: number;
}

const REPORT = '%{http_code} %{size_download} %{time_starttransfer} %{time_total}\\n';

/** Downloads a URL by curl, to a file or to nowhere. */
export async function curl(
  bench: Bench,
  url: string,
  { to = '/dev/null', flags = [] }: { to?: string; flags?: readonly string[] } = {},
): Promise<Downloaded> {
  const [one] = await run(bench, [...flags, '--output', to, url]);
  if (one === undefined) throw new Error(`curl reports nothing of ${url}`);
  return one;
}

/** Downloads a URL to several files at once, each by a connection. */
export function curlAtOnce(
  bench: Bench,
  url: string,
  files: readonly string[],
): Promise<Downloaded[]> {
  const transfers = files.flatMap((file) => ['--output', file, url]);
  const parallel = ['--parallel', '--parallel-immediate', '--parallel-max', `${files.length}`];
  return run(bench, [...parallel, ...transfers]);
}

async function run(bench: Bench, args: readonly string[]): Promise<Downloaded[]> {
  const all = ['--silent', '--write-out', REPORT, ...args];
  const { code, stdout } = await bench.attempt('curl', all);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [status = 0, bytes = 0, first = 0, end = 0] = line.split(' ').map(Number);
      return { code, status, bytes, firstByteMs: first * 1_000, endMs: end * 1_000 };
    });
}
