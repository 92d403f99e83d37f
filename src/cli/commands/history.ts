import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const history = command({
  words: 'history',
  summary: 'show the changes of a tag, and what can be put back',
  details:
    'Shows the last 100 changes, also of a tag that was removed. ' +
    'An earlier manifest can be put back until a collection deletes it.',
  operands: [
    {
      name: 'REPOSITORY:TAG',
      means: 'a tag, such as team/app:1.0',
      completes: 'image',
    },
  ],
  options: {
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'See who moved a tag', line: 'berth history team/app:latest' },
    { does: 'See it as JSON', line: 'berth history team/app:latest --json' },
  ],
  async run(context, options, reference = '') {
    const { history } = await import('../content/history.js');
    await history(context, options, reference);
  },
});
