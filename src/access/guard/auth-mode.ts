import { isIP } from 'node:net';

import { InvalidSettings, type Settings } from '../../config/settings.js';

/** Who is asked for a login, and how. */
export type AuthMode = 'none' | 'basic' | 'token';

const WAYS_OUT = [
  'REGISTRY_HOST is not an address of this machine alone, and nobody would be asked for a login. Choose one:',
  '  REGISTRY_USERS_FILE=users.htpasswd  logins; "berth user add NAME --file users.htpasswd" makes the file',
  '  REGISTRY_AUTH=none                  anyone who reaches the port may read, overwrite and delete everything',
  '  REGISTRY_HOST=127.0.0.1             this machine only',
];

/**
 * What `REGISTRY_AUTH` comes to: without a word, tokens where somebody can log in, and else nothing, on this machine only.
 *
 * @throws InvalidSettings that names the ways out
 */
export function authModeOf({
  auth: settings,
  server,
}: Pick<Settings, 'auth' | 'server'>): AuthMode {
  const { auth } = settings;
  const logins = LOGIN_SETTINGS.filter(([name]) => settings[name] !== '');
  const mode = auth === 'auto' ? (logins.length > 0 ? 'token' : 'none') : auth;
  if (mode !== 'none' && logins.length === 0) {
    throw new InvalidSettings([
      `REGISTRY_AUTH is ${mode}, and nobody can log in: set REGISTRY_USERS_FILE, or REGISTRY_OIDC_ISSUER`,
    ]);
  }
  if (mode === 'none') refuseIdleSettings(settings);
  if (auth === 'auto' && mode === 'none' && !isLoopback(server.host))
    throw new InvalidSettings(WAYS_OUT);
  return mode;
}

/** Where logins come from. */
const LOGIN_SETTINGS = [
  ['usersFile', 'REGISTRY_USERS_FILE'],
  ['oidcIssuer', 'REGISTRY_OIDC_ISSUER'],
] as const;

/** Rules without logins would have no effect, so their author must learn it. */
function refuseIdleSettings(settings: Settings['auth']): void {
  const all = [...LOGIN_SETTINGS, ['accessFile', 'REGISTRY_ACCESS_FILE']] as const;
  const [idle] = all.filter(([name]) => settings[name] !== '');
  if (idle === undefined) return;
  throw new InvalidSettings([
    `no logins are configured, so ${idle[1]} would do nothing: leave it out, or configure logins`,
  ]);
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
