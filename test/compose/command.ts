import { execFile } from 'node:child_process';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  /** stdout, then stderr: what a person would have read. */
  readonly output: string;
}

interface Options {
  readonly timeoutMs?: number;
  readonly input?: string;
}

const TIMEOUT_MS = 120_000;

/** Runs a program to its end, whatever its exit code; throws only where there is none. */
export function attempt(
  program: string,
  args: readonly string[],
  { timeoutMs = TIMEOUT_MS, input }: Options = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, limits, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error?.killed) reject(new Error(`${program}: not done in ${timeoutMs} ms\n${output}`));
      else if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout: stdout.trim(), output });
    });
    child.stdin?.end(input);
  });
}

/** Runs a program that must succeed, and returns what it printed. */
export async function run(
  program: string,
  args: readonly string[],
  options?: Options,
): Promise<string> {
  const { code, stdout, output } = await attempt(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${output}`);
  return stdout;
}

export function docker(...args: string[]): Promise<string> {
  return run('docker', args);
}

/** One value of `docker inspect`, by a Go template without its braces, as JSON. */
export async function inspect(name: string, field: string): Promise<unknown> {
  return JSON.parse(await docker('inspect', '--format', `{{json ${field}}}`, name)) as unknown;
}
