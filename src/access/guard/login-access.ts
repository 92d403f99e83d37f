import { join } from 'node:path';

import { parseAccessFile } from '../policy/access-file.js';
import { PasswordVerifier } from '../identity/password-verifier.js';
import { AUTHENTICATED_ONLY, rulesPolicy } from '../policy/policies.js';
import { parseUsers, type Users } from '../identity/users-file.js';
import { WatchedFile, type WatchLog } from '../../files/watched-file.js';
import { type SettingValues } from '../../config/settings.js';
import { Accounts } from '../identity/accounts.js';
import { type Access } from './access.js';
import { authDirectoryOf, robotsOf } from '../identity/auth-directory.js';
import { type AuthMode } from './auth-mode.js';
import { HeaderAuthenticator } from './authenticator.js';
import { ExternalIssuer } from '../identity/external-issuer.js';
import { parseGroupRules } from '../identity/group-rules.js';
import { LoginThrottle } from '../identity/login-throttle.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { REFRESH_TOKEN_SECONDS } from '../tokens/token-claims.js';
import { Tokens } from '../tokens/tokens.js';

/** The access of a registry in which one logs in. @throws InvalidSettings @throws InvalidFile */
export async function openLoginAccess(
  mode: Exclude<AuthMode, 'none'>,
  values: SettingValues,
  log: WatchLog,
): Promise<Access> {
  const users = await watch(values.usersFile, parseUsers, log);
  const rules = await watch(values.accessFile, parseAccessFile, log);
  const policy = rules === undefined ? AUTHENTICATED_ONLY : rulesPolicy(() => rules.value);
  const accounts = accountsOf(values, () => users?.value ?? NO_USERS, log);
  const tokens = mode === 'token' ? tokensOf(values) : undefined;
  return {
    authenticator: new HeaderAuthenticator(accounts, policy, tokens),
    issuing: tokens && { accounts, issuer: new TokenIssuer(accounts, policy, tokens) },
    description: describe(mode, values),
    close: () => {
      users?.close();
      rules?.close();
    },
  };
}

function describe(mode: AuthMode, { usersFile, accessFile, oidcIssuer }: SettingValues): string {
  const who = [usersFile, oidcIssuer].filter((source) => source !== '').join(' and ');
  const may = accessFile === '' ? 'every logged-in user may do everything' : `rules: ${accessFile}`;
  return `${mode === 'basic' ? 'passwords' : 'tokens and passwords'}, ${who}; ${may}`;
}

const NO_USERS: Users = new Map();

function accountsOf(values: SettingValues, users: () => Users, log: WatchLog): Accounts {
  return new Accounts({
    users,
    logins: new PasswordVerifier(users),
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

async function watch<T>(
  path: string,
  parse: (text: string, path: string) => T,
  log: WatchLog,
): Promise<WatchedFile<T> | undefined> {
  return path === '' ? undefined : WatchedFile.open(path, parse, log);
}
