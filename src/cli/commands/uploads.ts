import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const uploads = command({
  words: 'uploads',
  summary: 'list the uploads in progress, or end one',
  details: 'An upload that ended early is in the list until it expires: REGISTRY_UPLOAD_TTL.',
  operands: [],
  options: {
    discard: { takes: 'ID', means: 'end this upload and delete its bytes' },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'List them', line: 'berth uploads' },
    { does: 'End one', line: 'berth uploads --discard 0f8fad5b-d9cb-469f-a165-70867728950e' },
  ],
  async run(context, options) {
    const { uploads } = await import('../content/uploads.js');
    await uploads(context, options);
  },
});
