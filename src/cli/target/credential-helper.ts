import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { type Texts } from '../../config/setting.js';
import { PlainFailure } from '../plain-failure.js';
import { type Login } from './login.js';

/** A helper that asks a person may take long, but not forever. */
const HELPER_WITHIN_MS = 60_000;

/** What all helpers say if they have no login for a registry. */
const NOT_FOUND = /credentials not found/i;

/** The user name that marks the secret as an identity token. */
const TOKEN_NAME = '<token>';

/** A helper that a file of docker names. */
export interface CredentialHelper {
  /** What follows `docker-credential-` in the name of the program. */
  readonly name: string;
  /** The file that names it, for messages. */
  readonly namedBy: string;
  readonly environment: Texts;
}

/**
 * Asks `docker-credential-NAME get` for the login of a host. Resolves to `undefined` if it has none.
 *
 * @throws PlainFailure
 * @see https://github.com/docker/docker-credential-helpers
 */
export async function askHelper(helper: CredentialHelper, host: string): Promise<Login> {
  const { name, namedBy: path } = helper;
  // The name becomes a part of a program's name, and must not lead to another folder.
  if (!/^[\w.-]+$/.test(name)) throw new PlainFailure(`${path} names an invalid helper: ${name}`);
  const program = `docker-credential-${name}`;
  const { code, output } = await run(program, host, helper);
  if (code !== 0) {
    if (NOT_FOUND.test(output)) return undefined;
    throw new PlainFailure(
      `${program}, which ${path} names, failed: ${output.trim() || `exit code ${code}`}`,
    );
  }
  const { Username: user, Secret: secret } = parse(output);
  if (typeof user !== 'string' || typeof secret !== 'string') {
    throw new PlainFailure(`${program}, which ${path} names, gave no login`);
  }
  return user === TOKEN_NAME ? { identityToken: secret } : { name: user, password: secret };
}

async function run(
  program: string,
  host: string,
  { namedBy: path, environment }: CredentialHelper,
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(program, ['get'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...environment },
    signal: AbortSignal.timeout(HELPER_WITHIN_MS),
  });
  // A helper that ends without reading is reported by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(host);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, output };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is not installed' : `cannot be run: ${message}`;
    throw new PlainFailure(`${program}, which ${path} names, ${reason}`, { cause: error });
  }
}

function parse(output: string): { readonly Username?: unknown; readonly Secret?: unknown } {
  try {
    return Object(JSON.parse(output)) as object;
  } catch {
    return {};
  }
}
