import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const tag = command({
  words: 'tag',
  summary: 'point a tag to an image that the repository has',
  details:
    'Makes a new tag, moves one, or puts an earlier image back. Nothing is uploaded. ' +
    'A digest can be the beginning of one, as berth history shows it.',
  operands: [
    { name: 'REFERENCE', means: 'the image: NAME:TAG or NAME@DIGEST', completes: 'image' },
    { name: 'NEWTAG', means: 'the tag to set in the same repository' },
  ],
  options: {
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'Release a version as stable', line: 'berth tag team/app:1.4.2 stable' },
    { does: 'Put an earlier image back', line: 'berth tag team/app@6035c516e844 stable' },
  ],
  async run(context, options, reference = '', newTag = '') {
    const { setTag } = await import('../content/set-tag.js');
    await setTag(context, options, reference, newTag);
  },
});
