import { ALLOW_ALL } from '../policy/open-policy.js';
import { type AccessRules } from '../policy/access-file.js';
import { type WatchLog } from '../../files/watcher.js';
import { type Settings } from '../../config/settings.js';
import { type Accounts } from '../identity/accounts.js';
import { authModeOf } from './auth-mode.js';
import { OpenAuthenticator, type Authenticator } from './authenticator.js';
import { type People } from './people.js';
import { type Robots } from '../identity/robots.js';
import { type Sessions } from '../identity/sessions.js';
import { type TokenIssuer } from '../tokens/token-issuer.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

/** Receives the log lines about users and rules. */
export interface AccessLog extends WatchLog {
  warn(message: string): void;
}

/** Refuses rules that another part of the registry cannot accept. @throws InvalidFile */
export type CheckRules = (rules: AccessRules) => void;

/** The registry's access control, as configured in the settings. */
export abstract class Access {
  abstract readonly authenticator: Authenticator;
  /** The parts that issue tokens, or `undefined` when tokens are not used. */
  abstract readonly issuing:
    { readonly accounts: Accounts; readonly issuer: TokenIssuer } | undefined;
  /** The parts by which pages log in, or `undefined` where the registry itself has no logins. */
  abstract readonly logins:
    { readonly accounts: Accounts; readonly sessions: Sessions } | undefined;
  /** The credentials of programs, or `undefined` without logins. */
  abstract readonly robots: Robots | undefined;
  /** The people and rules of files, or `undefined` where the registry has no such files. */
  readonly people?: People;
  /** A description of the access control for the operator. */
  abstract readonly description: string;
  /** Stops watching files. */
  abstract close(): void;
}

const OPEN_ACCESS: Access = {
  authenticator: new OpenAuthenticator(ALLOW_ALL),
  issuing: undefined,
  logins: undefined,
  robots: undefined,
  description: 'none. Anyone who reaches the port may read, overwrite and delete everything',
  close: () => undefined,
};

/**
 * Opens the access control of the settings. Users and rules are read again at the interval, in milliseconds.
 *
 * @param checkRules is asked before rules are used
 * @throws InvalidSettings @throws InvalidFile
 */
export async function openAccess(
  settings: Settings,
  secrets: SecretStore,
  log: AccessLog,
  watchEveryMs?: number,
  checkRules?: CheckRules,
): Promise<Access> {
  const mode = authModeOf(settings);
  if (mode === 'none') return OPEN_ACCESS;
  // The code for passwords, tokens and YAML is a fifth of the program. A registry without logins does not load it.
  const { openLoginAccess } = await import('./login-access.js');
  return openLoginAccess(mode, settings.auth, secrets, log, watchEveryMs, checkRules);
}
