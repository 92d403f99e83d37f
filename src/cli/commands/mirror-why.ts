import { command } from '../command.js';
import { JSON_OPTION, REGISTRY_OPTIONS } from '../target/target-options.js';

export const mirrorWhy = command({
  words: 'mirror why',
  summary: 'show what is known of a tag of a mirror',
  details:
    'Says which repository is meant, whether it may be asked for, what is stored, how old the last answer is, what the next pull gets, ' +
    'and when the image may be removed. Nothing is asked. Answers are those of the process that responds. Needs an administrator.',
  operands: [{ name: 'IMAGE', means: 'such as docker.io/library/alpine:3' }],
  options: { ...JSON_OPTION, ...REGISTRY_OPTIONS },
  examples: [
    {
      does: 'See why clients get an old image',
      line: 'berth mirror why docker.io/library/alpine:3',
    },
    {
      does: 'Look at it with a program',
      line: 'berth mirror why docker.io/library/alpine:3 --json',
    },
  ],
  async run(context, options, image) {
    const { mirrorWhy } = await import('../mirrors/mirror-why.js');
    await mirrorWhy(context, options, image);
  },
});
