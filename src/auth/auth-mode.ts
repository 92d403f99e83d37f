import { isIP } from 'node:net';

import { InvalidSettings, type SettingValues } from '../config/settings.js';

/** Who is asked for a login, and how. */
export type AuthMode = 'none' | 'basic' | 'token';

const WAYS_OUT = [
  'REGISTRY_HOST is not an address of this machine alone, and nobody would be asked for a login. Choose one:',
  '  REGISTRY_USERS_FILE=users.htpasswd  logins; "berth user add NAME --file users.htpasswd" makes the file',
  '  REGISTRY_AUTH=none                  whoever reaches the port may read, overwrite and delete everything',
  '  REGISTRY_HOST=127.0.0.1             this machine only',
];

/**
 * What `REGISTRY_AUTH` comes to: without a word, tokens where somebody can log in, and else nothing, on this machine only.
 *
 * @throws InvalidSettings that names the ways out
 */
export function authModeOf(values: SettingValues): AuthMode {
  const { auth, host, usersFile, oidcIssuer } = values;
  const someCanLogIn = usersFile !== '' || oidcIssuer !== '';
  if (auth === 'auto') {
    if (someCanLogIn) return 'token';
    if (isLoopback(host)) return 'none';
    throw new InvalidSettings(WAYS_OUT);
  }
  if (auth === 'none' && someCanLogIn) {
    throw new InvalidSettings([
      'REGISTRY_AUTH is none, so REGISTRY_USERS_FILE and REGISTRY_OIDC_ISSUER would do nothing: leave one of the two out',
    ]);
  }
  if (auth === 'none' && values.accessFile !== '') {
    throw new InvalidSettings([
      'REGISTRY_AUTH is none, so REGISTRY_ACCESS_FILE would do nothing: leave one of the two out',
    ]);
  }
  if (auth !== 'none' && !someCanLogIn) {
    throw new InvalidSettings([
      `REGISTRY_AUTH is ${auth}, and nobody can log in: set REGISTRY_USERS_FILE`,
    ]);
  }
  return auth;
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
