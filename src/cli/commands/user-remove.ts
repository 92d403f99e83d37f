import { command } from '../command.js';

export const userRemove = command({
  words: 'user remove',
  summary: 'remove a user',
  details: 'A running registry reads the change within a second.',
  operands: [{ name: 'NAME', means: 'the user to remove' }],
  options: { file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_USERS_FILE' } },
  examples: [
    { does: 'Remove a user of the registry', line: 'berth user remove alice' },
    { does: 'Remove one from another file', line: 'berth user remove alice --file users.htpasswd' },
  ],
  async run(context, { file }, user) {
    const settings = await context.settings();
    const { removeUser } = await import('../user-commands.js');
    await removeUser(settings, { file, user }, context.print);
  },
});
