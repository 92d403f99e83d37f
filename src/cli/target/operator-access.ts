import { type Access } from '../../access/guard/access.js';
import { OpenAuthenticator } from '../../access/guard/authenticator.js';
import { Robots } from '../../access/identity/robots.js';
import { ALLOW_ALL } from '../../access/policy/open-policy.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';

/** Returns access with all rights for the person at the command line, whose name the history and the events show. */
export function operatorAccess(name: string, secrets: SecretStore): Access {
  return {
    authenticator: new OpenAuthenticator(ALLOW_ALL, { name, groups: [] }),
    issuing: undefined,
    logins: undefined,
    robots: new Robots(secrets),
    description: 'the command line',
    close: () => undefined,
  };
}
