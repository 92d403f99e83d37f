import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const prune = command({
  words: 'prune',
  summary: 'remove old tags by rules',
  details:
    'Shows each tag and why it stays or goes, and removes nothing without --yes. ' +
    'A tag that moves meanwhile stays. Images without a tag are left to the collector.',
  operands: [
    {
      name: 'REPOSITORY',
      means: 'the repositories (default: all)',
      optional: true,
      repeated: true,
      completes: 'repository',
    },
  ],
  options: {
    match: { takes: 'PATTERN', repeated: true, means: "remove only tags such as 'pr-*'" },
    keep: { takes: 'N', means: 'keep the newest N of them' },
    'older-than': { takes: 'AGE', means: 'keep what was set later, such as 30d or 12h' },
    yes: { means: 'remove them' },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    {
      does: 'See which tags of pull requests would go',
      line: "berth prune team/app --match 'pr-*' --older-than 30d",
    },
    { does: 'Keep the ten newest tags everywhere', line: 'berth prune --keep 10 --yes' },
  ],
  async run(context, options, ...repositories) {
    const { prune } = await import('../content/prune.js');
    await prune(context, options, repositories);
  },
});
