import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkArgument, type Kind } from './check-arguments.js';

/** The logins and the certificate of a test registry. */
export interface Credentials {
  /** Passwords by user. */
  readonly users?: Readonly<Record<string, string>>;
  readonly tls?: boolean;
}

/** Files that the settings of one test registry name, in a temporary folder. */
export interface CredentialFiles {
  readonly settings: Readonly<Record<string, string>>;
  /** The certificate to trust in PEM, and the path of a file with it. `undefined` for plain HTTP. */
  readonly ca: string | undefined;
  readonly caFile: string | undefined;
  /** Removes the folder. */
  readonly remove: () => Promise<void>;
}

const NO_FILES: CredentialFiles = {
  settings: {},
  ca: undefined,
  caFile: undefined,
  remove: () => Promise.resolve(),
};

/** Names by which clients reach a registry on this machine, also from virtual machines. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1', 'host.docker.internal'];

/** As low as bcrypt permits, because a test should not wait for each login. */
const COST = 4;

/**
 * Writes the files for the users and the certificate of a registry that listens on `host`.
 *
 * @throws TypeError for a user or a password that cannot log in
 */
export async function writeCredentialFiles(
  { users, tls = false }: Credentials,
  host: string,
): Promise<CredentialFiles> {
  if (users === undefined && !tls) return NO_FILES;
  // The code for passwords and certificates is large, and few tests need it.
  const text = users === undefined ? undefined : await usersText(users);
  const folder = await mkdtemp(join(tmpdir(), 'berth-test-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const logins = text === undefined ? {} : await writeUsers(folder, text);
    const certificate = tls ? await writeCertificate(folder, host) : NO_FILES;
    return { ...certificate, settings: { ...logins, ...certificate.settings }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function usersText(users: Readonly<Record<string, string>>): Promise<string> {
  const { problemOfName } = await import('../access/identity/users-file.js');
  const { hashPassword, isWithinLimit } = await import('../access/identity/password-hash.js');
  const password: Kind = {
    allowed: 'a text of 1 to 72 bytes without control characters',
    fits: (value) =>
      typeof value === 'string' && value !== '' && isWithinLimit(value) && !/\p{Cc}/u.test(value),
  };
  const lines = Object.entries(users).map(async ([name, value]) => {
    const problem = problemOfName(name);
    if (problem !== undefined) throw new TypeError(problem);
    checkArgument(`the password of ${name}`, value, password);
    return `${name}:${await hashPassword(value, COST)}\n`;
  });
  return (await Promise.all(lines)).join('');
}

async function writeUsers(folder: string, text: string): Promise<Record<string, string>> {
  const path = join(folder, 'users.htpasswd');
  await writeFile(path, text, { mode: 0o600 });
  return { REGISTRY_USERS_FILE: path };
}

/** Makes a CA for this registry alone. Its key is never written, so nobody can sign with it. */
async function writeCertificate(
  folder: string,
  host: string,
): Promise<Omit<CredentialFiles, 'remove'>> {
  const { issueServer, makeAuthority } = await import('../cli/dev-certificates/issue.js');
  const { parseHost } = await import('../cli/dev-certificates/host.js');
  const names = [...new Set([...LOCAL_NAMES, host])];
  const authority = await makeAuthority();
  const server = await issueServer(
    authority,
    names.map(parseHost).filter((name) => name !== undefined),
  );
  const path = (name: string): string => join(folder, name);
  await writeFile(path('ca.crt'), authority.certificate);
  await writeFile(path('server.crt'), server.certificate);
  await writeFile(path('server.key'), server.key, { mode: 0o600 });
  return {
    settings: { REGISTRY_TLS_CERT: path('server.crt'), REGISTRY_TLS_KEY: path('server.key') },
    ca: authority.certificate,
    caFile: path('ca.crt'),
  };
}
