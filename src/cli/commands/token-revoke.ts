import { command } from '../command.js';

export const tokenRevoke = command({
  words: 'token revoke',
  summary: 'end the token of a robot at once',
  operands: [{ name: 'ID', means: 'the id of the robot; "berth token list" shows it' }],
  options: {},
  examples: [
    { does: 'Find the id', line: 'berth token list' },
    { does: 'End the token of that robot', line: 'berth token revoke 3f9c2a71d0b4' },
  ],
  async run(context, _options, id) {
    const settings = await context.settings();
    const { revokeRobot } = await import('../token-commands.js');
    await revokeRobot(settings, id, context.print);
  },
});
