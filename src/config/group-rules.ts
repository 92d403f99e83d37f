import { type Kind } from './kinds.js';

/** A rule that puts callers into groups by the claims of an external token. */
export type GroupRule =
  /** A caller is in `group` if the claim has `value`. */
  | { readonly claim: string; readonly value: string; readonly group: string }
  /** Each value of the claim is a group. */
  | { readonly claim: string; readonly value?: never; readonly group?: never };

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

export const groupRules: Kind<readonly GroupRule[]> = {
  allowed: 'GROUP=CLAIM:VALUE or CLAIM, with commas between',
  parse: (given) => {
    const parts = given.split(',').map((part) => part.trim());
    const rules = parts.filter((part) => part !== '').map(parseRule);
    return rules.every((rule) => rule !== undefined) ? rules : undefined;
  },
};

function parseRule(part: string): GroupRule | undefined {
  if (!part.includes('=')) return { claim: part };
  const [, group = '', claim = '', value = ''] = /^([^=]*)=([^:]*):(.+)$/.exec(part) ?? [];
  return GROUP.test(group) && claim !== '' ? { claim, value, group } : undefined;
}
