import { command } from '../command.js';

export const configInit = command({
  words: 'config init',
  summary: 'write a settings file with all defaults',
  details: 'An existing file is never overwritten.',
  operands: [],
  options: { file: { takes: 'PATH', means: 'the file to write (default: berth.yaml)' } },
  examples: [
    { does: 'Write berth.yaml', line: 'berth config init' },
    { does: 'Write another file', line: 'berth config init --file /etc/berth.yaml' },
  ],
  async run(context, { file }) {
    const { initConfig } = await import('../config-command.js');
    await initConfig(file, context.print);
  },
});
