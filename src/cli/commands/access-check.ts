import { type AccessQuestion } from '../access-command.js';
import { command, WrongUsage } from '../command.js';

const OPERANDS = ['NAME', 'ACTION', 'REPOSITORY'] as const;

export const accessCheck = command({
  words: 'access check',
  summary: 'check the access file, or what a user may do',
  details:
    'Alone it reports every mistake in the file. With NAME, ACTION and REPOSITORY it prints yes or no, ' +
    'and the rule that decides; "no" exits with 1.',
  operands: [
    { name: OPERANDS[0], means: 'a user, or anonymous', optional: true },
    { name: OPERANDS[1], means: 'pull, push or delete', optional: true },
    { name: OPERANDS[2], means: 'the name of a repository', optional: true },
  ],
  options: {
    file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_ACCESS_FILE' },
    group: {
      takes: 'GROUP',
      repeated: true,
      means: 'put NAME in an external group; may be repeated',
    },
  },
  examples: [
    { does: 'Check the file for mistakes', line: 'berth access check --file access.yaml' },
    { does: 'Ask what a user may do', line: 'berth access check bob delete team/app' },
  ],
  async run(context, { file, group }, ...words) {
    const question = questionOf(words, group);
    const settings = await context.settings();
    const { checkAccess } = await import('../access-command.js');
    return checkAccess(settings, { file, ...(question && { question }) }, context.print);
  },
});

/** Returns the question, or `undefined` if nothing was asked. @throws WrongUsage if words are missing */
function questionOf(
  words: readonly string[],
  groups: readonly string[],
): AccessQuestion | undefined {
  if (words.length === 0 && groups.length === 0) return undefined;
  const [caller, action, repository] = words;
  if (caller === undefined || action === undefined || repository === undefined) {
    throw new WrongUsage(`missing required argument '${OPERANDS[words.length] ?? ''}'`);
  }
  return { caller, groups, action, repository };
}
