import { basename } from 'node:path';

import { type AccessRule, type AccessRules } from '../../access/policy/access-file.js';
import { InvalidFile, type Mistake } from '../../files/invalid-file.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';

/**
 * Returns why the content of a private mirror would be public, or `undefined`.
 *
 * @param rules the rules in use; `open` if everybody may pull everything, `undefined` if only logged-in users may
 */
export function problemOfRules(
  mirror: string,
  rules: AccessRules | 'open' | undefined,
): string | undefined {
  if (rules === 'open') {
    return `everybody may pull from ${mirror}/, because there are no logins: set up logins, or write content: public`;
  }
  const rule = rules?.rules.find((one) => letsAnonymousPull(one, mirror));
  if (rule === undefined || rules === undefined) return undefined;
  return `the rule at line ${rule.line} of ${basename(rules.path)} lets anonymous pull from ${mirror}/: change the rule, or write content: public`;
}

/** Refuses rules by which anonymous may pull from a private mirror. @throws InvalidFile with the line of each such rule */
export function refusePublicRules(
  { path, rules }: AccessRules,
  mirrors: readonly MirrorPlan[],
): void {
  const secret = mirrors.filter(({ content }) => content === 'private');
  const mistakes = rules.flatMap((rule) =>
    secret.filter(({ name }) => letsAnonymousPull(rule, name)).map((it) => mistakeOf(rule, it)),
  );
  if (mistakes.length > 0) throw new InvalidFile(path, mistakes);
}

function letsAnonymousPull({ who, can, repositories }: AccessRule, mirror: string): boolean {
  if (!who.includes('anonymous') || !can.includes('pull')) return false;
  return repositories.some((pattern) => pattern.canMatchBelow(mirror));
}

function mistakeOf({ line }: AccessRule, { name }: MirrorPlan): Mistake {
  const message = `anonymous can pull from ${name}/, but the mirrors file says that its content is private`;
  return { line, message: `${message}: change the rule, or write content: public there` };
}
