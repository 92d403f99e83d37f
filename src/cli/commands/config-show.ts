import { command } from '../command.js';

export const configShow = command({
  words: 'config show',
  summary: 'show each setting, its value, and its origin',
  details: 'It also shows values that the registry would refuse. Secrets are masked.',
  operands: [],
  options: {},
  examples: [
    { does: 'Show the settings of the environment', line: 'berth config show' },
    {
      does: 'Show them with those of a settings file',
      line: 'REGISTRY_CONFIG=berth.yaml berth config show',
    },
  ],
  async run(context) {
    const environment = context.environment();
    const { showConfig } = await import('../config-command.js');
    await showConfig(environment, context.print);
  },
});
