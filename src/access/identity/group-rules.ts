import { InvalidSettings } from '../../config/settings.js';
import { type GroupRule } from './external-issuer.js';

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

/**
 * Reads `REGISTRY_OIDC_GROUPS`: `GROUP=CLAIM:VALUE` for who is in a group, and `CLAIM` for a claim that lists groups itself,
 * with commas between them.
 *
 * @throws InvalidSettings
 */
export function parseGroupRules(text: string): GroupRule[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map(parseRule);
}

function parseRule(part: string): GroupRule {
  if (!part.includes('=')) return { claim: part };
  const [, group = '', claim = '', value = ''] = /^([^=]*)=([^:]*):(.+)$/.exec(part) ?? [];
  if (GROUP.test(group) && claim !== '') return { claim, value, group };
  throw new InvalidSettings([
    `REGISTRY_OIDC_GROUPS has ${JSON.stringify(part)}; allowed: GROUP=CLAIM:VALUE or CLAIM, with commas between`,
  ]);
}
