import { parseAccessFile, type AccessRules } from '../policy/access-file.js';
import { PasswordVerifier } from '../identity/password-verifier.js';
import { AUTHENTICATED_ONLY, rulesPolicy } from '../policy/policies.js';
import { warningsAboutIssuer } from '../policy/wide-rules.js';
import { parseUsers, type Users } from '../identity/users-file.js';
import { WatchedFile, type ParseFile } from '../../files/watched-file.js';
import { type WatchLog } from '../../files/watcher.js';
import { type AuthSettings } from '../../config/sections/auth.settings.js';
import { Accounts } from '../identity/accounts.js';
import { type Access, type AccessLog, type CheckRules } from './access.js';
import { Robots } from '../identity/robots.js';
import { Sessions } from '../identity/sessions.js';
import { type AuthMode } from './auth-mode.js';
import { HeaderAuthenticator } from './authenticator.js';
import { People } from './people.js';
import { ExternalIssuer } from '../identity/external-issuer.js';
import { LoginThrottle } from '../identity/login-throttle.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { REFRESH_TOKEN_SECONDS } from '../tokens/token-claims.js';
import { Tokens } from '../tokens/tokens.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

/** Opens the access of a registry with logins. @throws InvalidSettings @throws InvalidFile */
export async function openLoginAccess(
  mode: Exclude<AuthMode, 'none'>,
  auth: AuthSettings,
  secrets: SecretStore,
  log: AccessLog,
  watchEveryMs?: number,
  checkRules?: CheckRules,
): Promise<Access> {
  const watch = <T>(path: string, parse: ParseFile<T>) =>
    path === '' ? undefined : WatchedFile.open(path, parse, log, watchEveryMs);
  const users = await watch(auth.usersFile, parseUsers);
  const rules = await watch(auth.accessFile, rulesParser(auth, log, checkRules));
  const policy = rules === undefined ? AUTHENTICATED_ONLY : rulesPolicy(() => rules.value);
  const robots = new Robots(secrets);
  const accounts = new Accounts({
    users: () => users?.value ?? NO_USERS,
    passwords: new PasswordVerifier(() => users?.value ?? NO_USERS),
    robots,
    external: externalOf(auth, log),
    throttle: new LoginThrottle(),
  });
  const tokens = mode === 'token' ? tokensOf(secrets) : undefined;
  const sessions = new Sessions(accounts, secrets);
  return {
    authenticator: new HeaderAuthenticator(accounts, policy, tokens, sessions),
    robots,
    logins: { accounts, sessions },
    people: new People(policy, users, rules),
    issuing: tokens && { accounts, issuer: new TokenIssuer(accounts, policy, tokens) },
    description: describe(mode, auth),
    close: () => {
      users?.close();
      rules?.close();
    },
  };
}

function describe(mode: AuthMode, { usersFile, accessFile, oidcIssuer }: AuthSettings): string {
  const who = [usersFile, oidcIssuer].filter((source) => source !== '').join(' and ');
  const may = accessFile === '' ? 'every logged-in user may do everything' : `rules: ${accessFile}`;
  return `${mode === 'basic' ? 'passwords' : 'tokens and passwords'}, ${who}; ${may}`;
}

/** Returns a parser that logs a warning for each rule that strangers profit from, at the start and after each change. */
function rulesParser(
  auth: AuthSettings,
  log: AccessLog,
  check: CheckRules = () => undefined,
): ParseFile<AccessRules> {
  const { oidcIssuer, oidcRequire } = auth;
  const isNarrow = oidcIssuer === '' || oidcRequire.length > 0;
  return (text, path) => {
    const rules = parseAccessFile(text, path);
    check(rules);
    if (isNarrow) return rules;
    for (const warning of warningsAboutIssuer(rules, oidcIssuer)) log.warn(warning);
    return rules;
  };
}

const NO_USERS: Users = new Map();

function externalOf(settings: AuthSettings, log: WatchLog): ExternalIssuer | undefined {
  const { oidcIssuer, oidcAudience, oidcNameClaim, oidcRequire, oidcGroups } = settings;
  if (oidcIssuer === '') return undefined;
  return new ExternalIssuer(
    {
      issuer: oidcIssuer,
      audience: oidcAudience,
      nameClaim: oidcNameClaim,
      require: oidcRequire,
      groups: oidcGroups,
    },
    (message) => log.error(message),
  );
}

function tokensOf(secrets: SecretStore): Tokens {
  return new Tokens(new SigningKeys(secrets, REFRESH_TOKEN_SECONDS * 1_000));
}
