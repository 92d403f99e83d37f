import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const ls = command({
  words: 'ls',
  summary: 'list the repositories, or the tags of one',
  details:
    'Asks the registry that a host in front of the name, --registry or BERTH_REGISTRY says, ' +
    'and otherwise reads the storage of the settings.',
  operands: [
    {
      name: 'REPOSITORY',
      means: 'a repository, such as team/app or registry.example.com/team/app',
      optional: true,
      completes: 'repository',
    },
  ],
  options: {
    sort: { takes: 'ORDER', means: 'name, size, pushed, tags (repositories) or pulls (tags)' },
    match: { takes: 'PATTERN', repeated: true, means: "only names such as 'team/*' or 'pr-*'" },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { does: 'List the largest repositories first', line: 'berth ls --sort size' },
    {
      does: 'List the newest tags of a running registry',
      line: 'berth ls registry.example.com/team/app --sort pushed',
    },
  ],
  async run(context, options, repository) {
    const { list } = await import('../content/list.js');
    await list(context, options, repository);
  },
});
