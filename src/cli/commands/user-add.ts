import { command } from '../command.js';

export const userAdd = command({
  words: 'user add',
  summary: 'add a user, or change a password',
  details:
    'At a terminal it asks for the password; otherwise the first line of the input is the password. ' +
    'A running registry reads the change within a second.',
  operands: [{ name: 'NAME', means: 'the name to log in with' }],
  options: { file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_USERS_FILE' } },
  examples: [
    {
      does: 'Make a users file with a first user',
      line: 'berth user add alice --file users.htpasswd',
    },
    { does: 'Take the password from a file', line: 'berth user add ci < password.txt' },
  ],
  async run(context, { file }, user) {
    const settings = await context.settings();
    const [{ addUser }, { readPassword }] = await Promise.all([
      import('../user-commands.js'),
      import('../read-password.js'),
    ]);
    await addUser(settings, { file, user }, readPassword, context.print);
  },
});
