import { type Kind } from './kinds.js';

/** A value that a claim must have. */
export interface ClaimValue {
  readonly claim: string;
  readonly value: string;
}

/** A rule that puts callers into groups by the claims of an external token. */
export type GroupRule =
  /** A caller is in `group` if its claims have all these values. */
  | { readonly group: string; readonly all: readonly ClaimValue[] }
  /** Each value of the claim is a group. */
  | { readonly groupsIn: string };

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

/** Claims with values, all of which are required. */
export const claims: Kind<readonly ClaimValue[]> = {
  allowed: 'CLAIM:VALUE, joined with +',
  parse: (given) => (given === '' ? [] : parseClaims(given)),
};

export const groupRules: Kind<readonly GroupRule[]> = {
  allowed: 'GROUP=CLAIM:VALUE+CLAIM:VALUE or CLAIM, with commas between',
  parse: (given) => {
    const parts = given.split(',').map((part) => part.trim());
    const rules = parts.filter((part) => part !== '').map(parseRule);
    return rules.every((rule) => rule !== undefined) ? rules : undefined;
  },
};

function parseRule(part: string): GroupRule | undefined {
  if (!part.includes('=')) return { groupsIn: part };
  const [, group = '', wanted = ''] = /^([^=]*)=(.+)$/.exec(part) ?? [];
  const all = parseClaims(wanted);
  return GROUP.test(group) && all !== undefined ? { group, all } : undefined;
}

/** A comma is refused: in a list of groups it separates alternatives, so here it would be misread. */
function parseClaims(given: string): ClaimValue[] | undefined {
  const parts = given.split('+').map((part) => {
    const [, claim, value] = /^\s*([^:,\s]+):([^,]*[^,\s])\s*$/.exec(part) ?? [];
    return claim === undefined || value === undefined ? undefined : { claim, value };
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}
