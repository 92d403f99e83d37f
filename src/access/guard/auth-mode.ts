import { isIP } from 'node:net';

import { InvalidSettings, type Settings } from '../../config/settings.js';

/** Whether and how clients must log in. */
export type AuthMode = 'none' | 'basic' | 'token';

const ALTERNATIVES = [
  'REGISTRY_HOST accepts connections from other machines, but no login would be required. Choose one:',
  '  REGISTRY_USERS_FILE=users.htpasswd  logins; "berth user add NAME --file users.htpasswd" makes the file',
  '  REGISTRY_AUTH=none                  anyone who reaches the port may read, overwrite and delete everything',
  '  REGISTRY_HOST=127.0.0.1             this machine only',
];

/**
 * Returns the mode that `REGISTRY_AUTH` selects. `auto` means tokens if logins are configured; else no logins, and then the
 * registry must listen on this machine only.
 *
 * @throws InvalidSettings that lists the alternatives
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
      `REGISTRY_AUTH is ${mode}, but no logins are configured: set REGISTRY_USERS_FILE or REGISTRY_OIDC_ISSUER`,
    ]);
  }
  if (mode === 'none') refuseUnusedSettings(settings);
  else refuseOpenIssuer(settings);
  if (auth === 'auto' && mode === 'none' && !isLoopback(server.host))
    throw new InvalidSettings(ALTERNATIVES);
  return mode;
}

/** The settings that provide logins. */
const LOGIN_SETTINGS = [
  ['usersFile', 'REGISTRY_USERS_FILE'],
  ['oidcIssuer', 'REGISTRY_OIDC_ISSUER'],
] as const;

/** Refuses an issuer without an audience or rules, because everybody with any token of it could push and delete. */
function refuseOpenIssuer({ oidcIssuer, oidcAudience, accessFile }: Settings['auth']): void {
  if (oidcIssuer === '') return;
  const problems = [
    oidcAudience === '' &&
      'REGISTRY_OIDC_ISSUER needs REGISTRY_OIDC_AUDIENCE: the audience that clients request for this registry, such as its name',
    accessFile === '' &&
      `REGISTRY_OIDC_ISSUER needs REGISTRY_ACCESS_FILE: without rules, everybody who has a token of ${oidcIssuer} could push and delete`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new InvalidSettings(problems);
}

/** Refuses login settings that would have no effect, because their author expects them to protect the registry. */
function refuseUnusedSettings(settings: Settings['auth']): void {
  const all = [
    ...LOGIN_SETTINGS,
    ['accessFile', 'REGISTRY_ACCESS_FILE'],
    ['oidcAudience', 'REGISTRY_OIDC_AUDIENCE'],
  ] as const;
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
