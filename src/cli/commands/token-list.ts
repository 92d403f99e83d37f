import { command } from '../command.js';
import { JSON_OPTION, TARGET_OPTIONS } from '../target/target-options.js';

export const tokenList = command({
  words: 'token list',
  summary: 'list the robots, what each can do, and until when',
  details: 'The tokens themselves are not stored, and cannot be shown again.',
  operands: [],
  options: { ...JSON_OPTION, ...TARGET_OPTIONS },
  examples: [
    { does: 'List the robots', line: 'berth token list' },
    { does: 'List those of another storage', line: 'REGISTRY_STORAGE_PATH=/data berth token list' },
  ],
  async run(context, options) {
    const { listRobots } = await import('../content/robots.js');
    await listRobots(context, options);
  },
});
