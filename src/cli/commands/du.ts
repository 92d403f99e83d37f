import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const du = command({
  words: 'du',
  summary: 'show how many bytes each repository takes',
  details:
    'UNIQUE bytes are freed with the repository, SHARED ones are in others as well, LOGICAL is the sum. ' +
    'Lists the largest blobs, too. A registry shows unique and shared bytes to administrators.',
  operands: [],
  options: {
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'See what takes the space', line: 'berth du' },
    {
      does: 'See it for a running registry',
      line: 'berth du --registry https://registry.example.com',
    },
  ],
  async run(context, options) {
    const { diskUsage } = await import('../content/disk-usage.js');
    await diskUsage(context, options);
  },
});
