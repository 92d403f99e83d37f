import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with any result. */
export function execute(
  program: string,
  args: readonly string[],
  { input = '', ...options }: { env: NodeJS.ProcessEnv; cwd: string; input?: string },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options);
    // The program may have ended without reading its input.
    child.stdin.on('error', () => undefined).end(input);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (cause) =>
      reject(new Error(`${program} does not run: \`.ci/install-tools\` installs it`, { cause })),
    );
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
