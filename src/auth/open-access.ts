import { join } from 'node:path';

import { parseAccessFile } from '../access/access-file.js';
import { type AccessPolicy } from '../access/access-policy.js';
import { Logins } from '../access/logins.js';
import { AUTHENTICATED, byRules, OPEN } from '../access/policies.js';
import { parseUsers, type Users } from '../access/users-file.js';
import { WatchedFile, type WatchLog } from '../access/watched-file.js';
import { type SettingValues } from '../config/settings.js';
import { Accounts } from './accounts.js';
import { authModeOf, type AuthMode } from './auth-mode.js';
import { HeaderAuthenticator, OpenAuthenticator, type Authenticator } from './authenticator.js';
import { ExternalIssuer } from './external-issuer.js';
import { parseGroupRules } from './group-rules.js';
import { LoginThrottle } from './login-throttle.js';
import { Robots } from './robots.js';
import { SigningKeys } from './signing-keys.js';
import { TokenIssuer } from './token-issuer.js';
import { REFRESH_TOKEN_SECONDS, Tokens } from './tokens.js';

/** All that decides who may do what, as the settings have it. */
export abstract class Access {
  abstract readonly authenticator: Authenticator;
  /** What gives out tokens, where they are used. */
  abstract readonly issuing:
    { readonly accounts: Accounts; readonly issuer: TokenIssuer } | undefined;
  /** Who may do what, in words for the one who starts the registry. */
  abstract readonly description: string;
  /** Lets go of the files that are watched. */
  abstract close(): void;
}

/**
 * Reads users and rules, and watches their files from then on.
 *
 * @throws InvalidSettings @throws InvalidFile
 */
export async function openAccess(values: SettingValues, log: WatchLog): Promise<Access> {
  const mode = authModeOf(values);
  if (mode === 'none') return OPEN_ACCESS;
  const users = await watch(values.usersFile, parseUsers, log);
  const rules = await watch(values.accessFile, parseAccessFile, log);
  const policy = rules === undefined ? AUTHENTICATED : byRules(() => rules.value);
  const accounts = accountsOf(values, () => users?.value ?? NOBODY, log);
  const tokens = mode === 'token' ? tokensOf(values) : undefined;
  return {
    authenticator: new HeaderAuthenticator(accounts, policy, tokens),
    issuing: tokens && issuingOf(accounts, policy, tokens),
    description: describe(mode, values),
    close: () => {
      users?.close();
      rules?.close();
    },
  };
}

const OPEN_ACCESS: Access = {
  authenticator: new OpenAuthenticator(OPEN),
  issuing: undefined,
  description: 'none: whoever reaches the port may read, overwrite and delete everything',
  close: () => undefined,
};

function describe(mode: AuthMode, { usersFile, accessFile, oidcIssuer }: SettingValues): string {
  const who = [usersFile, oidcIssuer].filter((source) => source !== '').join(' and ');
  const may = accessFile === '' ? 'whoever is logged in may do everything' : `rules: ${accessFile}`;
  return `${mode === 'basic' ? 'passwords' : 'tokens and passwords'}, ${who}; ${may}`;
}

const NOBODY: Users = new Map();

/** Where the processes on one storage share keys and robots; `undefined` for one that keeps nothing. */
export function authDirectoryOf({ storageDriver, storagePath }: SettingValues): string | undefined {
  return storageDriver === 'memory' ? undefined : join(storagePath, 'auth');
}

/** The robots of the registry that the settings tell of. */
export function robotsOf(values: SettingValues): Robots {
  const directory = authDirectoryOf(values);
  return new Robots(directory && join(directory, 'robots'));
}

function accountsOf(values: SettingValues, users: () => Users, log: WatchLog): Accounts {
  return new Accounts({
    users,
    logins: new Logins(users),
    robots: robotsOf(values),
    external: externalOf(values, log),
    throttle: new LoginThrottle(),
  });
}

function externalOf(values: SettingValues, log: WatchLog): ExternalIssuer | undefined {
  const { oidcIssuer, oidcAudience, oidcNameClaim, oidcGroups } = values;
  if (oidcIssuer === '') return undefined;
  return new ExternalIssuer(
    {
      issuer: oidcIssuer,
      audience: oidcAudience,
      nameClaim: oidcNameClaim,
      groups: parseGroupRules(oidcGroups),
    },
    (message) => log.error(message),
  );
}

function tokensOf(values: SettingValues): Tokens {
  const directory = authDirectoryOf(values);
  const keys = directory && join(directory, 'keys');
  return new Tokens(new SigningKeys(keys, REFRESH_TOKEN_SECONDS * 1_000));
}

function issuingOf(accounts: Accounts, policy: AccessPolicy, tokens: Tokens): Access['issuing'] {
  return { accounts, issuer: new TokenIssuer(accounts, policy, tokens) };
}

async function watch<T>(
  path: string,
  parse: (text: string, path: string) => T,
  log: WatchLog,
): Promise<WatchedFile<T> | undefined> {
  return path === '' ? undefined : WatchedFile.open(path, parse, log);
}
