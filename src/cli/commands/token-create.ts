import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const tokenCreate = command({
  words: 'token create',
  summary: 'make a robot, and print its token once',
  details: 'A client logs in with the token as its password, and with any name.',
  operands: [],
  options: {
    can: { takes: 'ACTIONS', required: true, means: 'some of pull,push,delete' },
    repositories: {
      takes: 'PATTERNS',
      required: true,
      means: "where: names and patterns, such as 'team/*,lib/**'",
    },
    name: { takes: 'NAME', means: 'what people call it, such as ci' },
    expires: { takes: 'DAYS', means: 'such as 30d, or never (default: 90d)' },
    ...JSON_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    {
      does: 'Let CI push to the repositories of a team',
      line: "berth token create --can pull,push --repositories 'team/**'",
    },
    {
      does: 'Let a cluster pull everything for a year',
      line: "berth token create --can pull --repositories '**' --expires 365d",
    },
  ],
  async run(context, options) {
    const { createRobot } = await import('../content/robots.js');
    await createRobot(context, options);
  },
});
