import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const events = command({
  words: 'events',
  summary: 'show what changed, or follow it',
  details: 'Prints the events that are kept, the oldest first, or with --follow those from now on.',
  operands: [],
  options: {
    follow: { means: 'print events as they happen, until Ctrl-C' },
    types: { takes: 'TYPES', means: 'some types, such as tag.moved,tag.deleted' },
    repositories: { takes: 'PATTERNS', means: "some repositories, such as 'team/**'" },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'Follow the pushes', line: 'berth events --follow --types manifest.pushed' },
    {
      does: 'See what was deleted in a team',
      line: "berth events --types tag.deleted --repositories 'team/**'",
    },
  ],
  async run(context, options) {
    const { events } = await import('../content/events.js');
    await events(context, options);
  },
});
