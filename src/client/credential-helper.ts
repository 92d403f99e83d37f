import { spawn } from 'node:child_process';

import { isJsonObject } from '../domain/descriptor.js';

/** How long a helper may take. It may ask a cloud for a password. */
const HELPER_MS = 10_000;
const MAX_OUTPUT_BYTES = 64 * 1024;

/** The user that a helper prints with a token for OAuth 2. */
const IDENTITY_TOKEN = '<token>';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Asks a program for the login at `host`, by the protocol of docker's credential helpers.
 *
 * @throws Error whose message has nothing that the program printed
 */
export async function askHelper(command: readonly string[], host: string): Promise<Credentials> {
  const [program = '', ...args] = command;
  const output = await outputOf(program, args, host);
  const answer = parse(output);
  const { Username: user, Secret: password } = isJsonObject(answer) ? answer : {};
  if (typeof user !== 'string' || typeof password !== 'string' || password === '') {
    throw new Error(
      `${program} printed no login; it must print JSON with Username and Secret, as docker's credential helpers do`,
    );
  }
  if (user === IDENTITY_TOKEN) {
    throw new Error(`${program} printed an identity token; the mirror needs a user and a password`);
  }
  return { user, password };
}

function outputOf(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // What it prints as an error may have the login, and would go to the log.
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: HELPER_MS,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new Error(`${program} cannot be run (${cause.code ?? 'unknown reason'})`, { cause })),
    );
    child.once('close', (code) =>
      code === 0 ? resolve(String(Buffer.concat(chunks))) : reject(failed(program, args, code)),
    );
    // A program that does not read its input closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function failed(program: string, args: readonly string[], code: number | null): Error {
  const how = code === null ? `did not end within ${HELPER_MS / 1_000} s` : `ended with ${code}`;
  return new Error(`${[program, ...args].join(' ')} ${how}; run it by hand to see why`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
