import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const inspect = command({
  words: 'inspect',
  summary: 'explain an image or another manifest',
  details:
    'Shows its platforms or its config, its layers with their commands, its referrers and its tags. ' +
    'Without a tag, it is latest. A digest can be the beginning of one, as berth ls shows it.',
  operands: [
    {
      name: 'REFERENCE',
      means: 'NAME, NAME:TAG or NAME@DIGEST, with a host in front if it is elsewhere',
      completes: 'image',
    },
  ],
  options: {
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'Explain an image', line: 'berth inspect team/app:1.0' },
    {
      does: 'Explain one of a running registry',
      line: 'berth inspect localhost:5000/team/app:1.0',
    },
  ],
  async run(context, options, reference = '') {
    const { inspect } = await import('../content/inspect.js');
    await inspect(context, options, reference);
  },
});
