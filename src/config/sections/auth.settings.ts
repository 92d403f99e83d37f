import { oneOf, text } from '../kinds.js';
import { claims, groupRules, type ClaimValue, type GroupRule } from '../group-rules.js';
import { issuer } from '../network-kinds.js';
import { Setting } from '../setting.js';

/** Who may log in, and how. */
export class AuthSettings {
  @Setting(
    'REGISTRY_AUTH',
    'auto',
    oneOf('auto', 'none', 'basic', 'token'),
    'How clients log in: none; basic (a password with each request); token (as docker does); auto (token if logins are configured).',
  )
  readonly auth!: 'auto' | 'none' | 'basic' | 'token';

  @Setting(
    'REGISTRY_USERS_FILE',
    '',
    text('a file'),
    'The users: a file in the format of htpasswd -B and berth user add. Empty: no users.',
  )
  readonly usersFile!: string;

  @Setting(
    'REGISTRY_ACCESS_FILE',
    '',
    text('a file'),
    'Who may do what in which repositories: a YAML file. Empty: every logged-in user may do everything.',
  )
  readonly accessFile!: string;

  @Setting(
    'REGISTRY_OIDC_ISSUER',
    '',
    issuer,
    'The URL of another issuer whose tokens are accepted, such as a CI system. Empty: none.',
  )
  readonly oidcIssuer!: string;

  @Setting(
    'REGISTRY_OIDC_AUDIENCE',
    '',
    text('what the claim aud must have'),
    'The audience that tokens of that issuer must have. An issuer needs one.',
  )
  readonly oidcAudience!: string;

  @Setting(
    'REGISTRY_OIDC_NAME_CLAIM',
    'sub',
    text('the name of a claim', 1),
    'The claim of those tokens that is the name of the caller.',
  )
  readonly oidcNameClaim!: string;

  @Setting(
    'REGISTRY_OIDC_REQUIRE',
    '',
    claims,
    'The claims that every token of that issuer must have: CLAIM:VALUE, joined with +. Empty: none.',
  )
  readonly oidcRequire!: readonly ClaimValue[];

  @Setting(
    'REGISTRY_OIDC_GROUPS',
    '',
    groupRules,
    'Groups by the claims of those tokens, separated by commas: GROUP=CLAIM:VALUE+CLAIM:VALUE, or a CLAIM that lists groups.',
  )
  readonly oidcGroups!: readonly GroupRule[];
}
