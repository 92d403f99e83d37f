import { command } from '../command.js';

export const health = command({
  words: 'health',
  summary: 'check that the registry serves here',
  details:
    'Exits with 0 if it does, and otherwise with 1 and the reason. Containers use it as their health check. ' +
    'It reads the settings as the registry does, but does not see the options of "berth serve".',
  operands: [],
  options: {},
  examples: [
    { does: 'Check the registry on this machine', line: 'berth health' },
    { does: 'Wait until it serves', line: 'until berth health; do sleep 1; done' },
  ],
  async run(context) {
    const settings = await context.settings();
    const { checkHealth } = await import('../health-command.js');
    await checkHealth(settings);
  },
});
