import { readFile } from 'node:fs/promises';

import { passwordVariable } from '../config/environment.js';
import { examine, PROBE_REPOSITORY } from '../doctor/examine.js';
import { Findings } from '../doctor/findings.js';
import { type DoctorLogin } from '../doctor/login.js';
import { PlainFailure } from './plain-failure.js';
import { readPassword } from './read-password.js';

export interface DoctorOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly repository?: string | undefined;
  readonly readOnly: boolean;
  readonly caFile?: string | undefined;
}

/**
 * `berth doctor URL`: prints one line for each check, and resolves to true if nothing has to
 * change. @throws PlainFailure
 */
export async function consultDoctor(
  { url, username, repository = PROBE_REPOSITORY, readOnly, caFile }: DoctorOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const origin = originOf(url);
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  const login = username === undefined ? undefined : await loginOf(username);
  const findings = new Findings(({ text, advice }) => {
    const line = advice === undefined ? `✓ ${text}` : `✗ ${text}: ${advice}`;
    // A finding can quote the server, whose control characters must not reach the terminal.
    print(line.replaceAll(/\p{Cc}/gu, '?'));
  });
  await examine({ origin, login, repository, readOnly, ca }, findings);
  return findings.failed === 0;
}

/** Without a scheme, clients use https. */
function originOf(text: string): URL {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  const isRoot = url !== null && ['/', '/v2/', '/v2'].includes(url.pathname);
  if (url === null || !/^https?:$/.test(url.protocol) || !isRoot) {
    throw new PlainFailure(
      `${text} is not the URL of a registry; allowed: https://HOST[:PORT] or http://HOST[:PORT], without a path`,
    );
  }
  return new URL(url.origin);
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PlainFailure(`--ca-file: ${(error as Error).message}`, { cause: error });
  }
}

async function loginOf(name: string): Promise<DoctorLogin> {
  return { name, password: passwordVariable() ?? (await readPassword(name)) };
}
