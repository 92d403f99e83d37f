import { command } from '../command.js';

export const tokenList = command({
  words: 'token list',
  summary: 'list the robots, what each can do, and until when',
  details: 'The tokens themselves are not stored, and cannot be shown again.',
  operands: [],
  options: {},
  examples: [
    { does: 'List the robots', line: 'berth token list' },
    { does: 'List those of another storage', line: 'REGISTRY_STORAGE_PATH=/data berth token list' },
  ],
  async run(context) {
    const settings = await context.settings();
    const { listRobots } = await import('../token-commands.js');
    await listRobots(settings, context.print);
  },
});
