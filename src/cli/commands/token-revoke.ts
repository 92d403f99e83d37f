import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const tokenRevoke = command({
  words: 'token revoke',
  summary: 'end the token of a robot at once',
  operands: [{ name: 'ID', means: 'the id of the robot; "berth token list" shows it' }],
  options: { ...JSON_OPTION, ...TARGET_OPTIONS },
  examples: [
    { does: 'Find the id', line: 'berth token list' },
    { does: 'End the token of that robot', line: 'berth token revoke 3f9c2a71d0b4' },
  ],
  async run(context, options, id) {
    const { revokeRobot } = await import('../content/robots.js');
    await revokeRobot(context, options, id);
  },
});
