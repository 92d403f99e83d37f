import { ALLOW_ALL } from '../policy/open-policy.js';
import { type WatchLog } from '../../files/watcher.js';
import { type Settings } from '../../config/settings.js';
import { type Accounts } from '../identity/accounts.js';
import { authModeOf } from './auth-mode.js';
import { OpenAuthenticator, type Authenticator } from './authenticator.js';
import { type TokenIssuer } from '../tokens/token-issuer.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

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

const OPEN_ACCESS: Access = {
  authenticator: new OpenAuthenticator(ALLOW_ALL),
  issuing: undefined,
  description: 'none: anyone who reaches the port may read, overwrite and delete everything',
  close: () => undefined,
};

/**
 * Reads users and rules, and reads their files again at the interval, in milliseconds.
 *
 * @throws InvalidSettings @throws InvalidFile
 */
export async function openAccess(
  settings: Settings,
  secrets: SecretStore,
  log: WatchLog,
  watchEveryMs?: number,
): Promise<Access> {
  const mode = authModeOf(settings);
  if (mode === 'none') return OPEN_ACCESS;
  // Passwords, tokens and YAML are a fifth of all code, which a registry without logins does not load.
  const { openLoginAccess } = await import('./login-access.js');
  return openLoginAccess(mode, settings.auth, secrets, log, watchEveryMs);
}
