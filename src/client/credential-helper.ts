import { execFile, type ExecFileException } from 'node:child_process';

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
  const limits = {
    timeout: HELPER_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
  } as const;
  return new Promise((resolve, reject) => {
    // What it prints with a failure may have the login, and the message of `error` its arguments.
    const child = execFile(program, args, limits, (error, output) =>
      error === null ? resolve(output) : reject(new Error(`${program} ${reasonOf(error)}`)),
    );
    // A program that does not read its input closes the pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function reasonOf({ code, killed }: ExecFileException): string {
  if (typeof code === 'string') return `cannot be run (${code})`;
  const how = killed === true ? `did not end within ${HELPER_MS / 1_000} s` : `ended with ${code}`;
  return `${how}; run it by hand to see why`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
