import { execFile } from 'node:child_process';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  /** stdout, then stderr. */
  readonly output: string;
}

const TIMEOUT_MS = 120_000;

/** Runs a program to its end, whatever its exit code. Throws if it does not start or does not end. */
export function attempt(
  program: string,
  args: readonly string[],
  timeout = TIMEOUT_MS,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const limits = { timeout, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, limits, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      const code = error ? error.code : 0;
      if (typeof code === 'number') resolve({ code, stdout: stdout.trim(), output });
      else reject(new Error(`${program} ${args.join(' ')}:\n${output}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

/** Runs a program that must succeed, and returns its output. */
export async function run(
  program: string,
  args: readonly string[],
  timeout?: number,
): Promise<string> {
  const { code, stdout, output } = await attempt(program, args, timeout);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${output}`);
  return stdout;
}

export function docker(...args: string[]): Promise<string> {
  return run('docker', args);
}

/** Returns one value of `docker inspect`: a Go template without its braces, such as `.State`. */
export async function inspect(name: string, field: string): Promise<unknown> {
  return JSON.parse(await docker('inspect', '--format', `{{json ${field}}}`, name)) as unknown;
}
