import { command } from '../command.js';

export const userList = command({
  words: 'user list',
  summary: 'list the users who can log in',
  operands: [],
  options: { file: { takes: 'PATH', means: 'use this file, not that of REGISTRY_USERS_FILE' } },
  examples: [
    { does: 'List the users of the registry', line: 'berth user list' },
    { does: 'List those of another file', line: 'berth user list --file users.htpasswd' },
  ],
  async run(context, { file }) {
    const settings = await context.settings();
    const { listUsers } = await import('../user-commands.js');
    await listUsers(settings, { file }, context.print);
  },
});
