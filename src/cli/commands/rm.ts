import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const rm = command({
  words: 'rm',
  summary: 'remove a tag, an image, or a repository',
  details:
    'A tag alone: its image and its other tags stay. An image by its digest: its tags go, too. ' +
    'A repository: everything in it; on a storage, its bytes are freed at once.',
  operands: [
    {
      name: 'REFERENCE',
      means: 'NAME:TAG, NAME@DIGEST, or NAME for all of it',
      completes: 'image',
    },
  ],
  options: {
    yes: { means: 'remove a whole repository, which a terminal asks for' },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'Remove a tag', line: 'berth rm team/app:pr-17' },
    { does: 'Remove a repository', line: 'berth rm team/old --yes' },
  ],
  async run(context, options, reference = '') {
    const { remove } = await import('../content/remove.js');
    await remove(context, options, reference);
  },
});
